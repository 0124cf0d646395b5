/** Whether an operation under way may go on: what it rests on, decided again. */
import type { Standing } from '../store/records.ts';
import { type Ask, type Decision, decidePush } from './decide.ts';

/** Decides again for a running operation: each grant it rests on must still be live, alone, and not locked. */
export function holdsStill(
  ask: Ask,
  grantIds: readonly string[],
  standing: Standing,
):
  | {
      readonly holds: true;
      readonly endsAt: number;
      readonly grants: readonly { id: string; endsAt: number }[];
    }
  | { readonly holds: false; readonly denial: Decision } {
  const grants: { id: string; endsAt: number }[] = [];
  for (const grantId of grantIds) {
    const alone = standing.grants.filter(({ grant }) => grant.id === grantId);
    const decision = decidePush(ask, [], { ...standing, grants: alone }, standing.now);
    if (!decision.allowed) return { holds: false, denial: decision };
    grants.push({ id: grantId, endsAt: decision.endsAt });
  }
  return { holds: true, endsAt: Math.min(...grants.map(({ endsAt }) => endsAt)), grants };
}
