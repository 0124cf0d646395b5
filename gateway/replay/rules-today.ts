/** Who may ask for what by the policy that the log ends with, and which of those who are to approve never signed in. */
import { formatSelector, type Selector } from '../../config/selector.ts';
import type { Entry, EntryOf } from '../audit/entry.ts';
import type { Person } from '../audit/people.ts';
import { needs, type Policy } from '../grants/policy.ts';
import { selects } from '../grants/selected.ts';
import type { Principal } from '../store/records.ts';
import { loadedPolicy } from './policies.ts';
import { textOf } from './text-of.ts';

/** One right under one rule. */
export interface RuleToday {
  readonly rule: string;
  readonly critical: boolean;
  readonly right: 'fetch' | 'push';
  /** As the policy names them. */
  readonly requesters: readonly string[];
  /** Ids of those who signed in and may ask, by the groups they had at their last sign-in. */
  readonly mayAsk: readonly string[];
  /** What the approval takes; empty where nobody need agree. */
  readonly approvers: readonly ApproversToday[];
}

export interface ApproversToday {
  /** As the policy names them; `role:approver` for whoever holds the role. */
  readonly from: readonly string[];
  readonly count: number;
  /** Ids of those who signed in and are meant. */
  readonly signedIn: readonly string[];
  /** Of those named: the ones whom nobody that ever signed in fits. */
  readonly neverSignedIn: readonly string[];
}

/** Gathers sign-ins and policies, entry by entry. */
export class RulesToday {
  readonly #signedIn = new Map<string, { readonly at: number; readonly groups: readonly string[] }>();
  #loaded: { readonly at: number; readonly entry: EntryOf<'policy.loaded'> } | undefined;

  take(entry: Entry, at: number): void {
    if (entry.type === 'policy.loaded' && at >= (this.#loaded?.at ?? 0)) this.#loaded = { at, entry };
    if (entry.type !== 'sign-in.opened') return;
    const { principalId, groups } = entry;
    const known = this.#signedIn.get(principalId);
    if (known === undefined || at >= known.at)
      this.#signedIn.set(principalId, { at, groups: groups?.map(textOf) ?? known?.groups ?? [] });
  }

  /** Undefined where the log holds no policy that can be read. */
  told(people: ReadonlyMap<string, Person>): readonly RuleToday[] | undefined {
    if (this.#loaded === undefined) return undefined;
    const loaded = loadedPolicy(this.#loaded.entry);
    if (loaded.kind !== 'policy') return undefined;
    const { policy } = loaded;
    const known = [...this.#signedIn].map(([id, { groups }]) => principalOf(id, groups, people.get(id)));
    const meant = (selectors: readonly Selector[]): readonly string[] =>
      known.filter((who) => selects(selectors, who, 0, 0) === 'yes').map(({ id }) => id);
    return policy.rules.flatMap((rule) =>
      (['fetch', 'push'] as const).flatMap((right) => {
        const limits = rule[right];
        if (limits === undefined) return [];
        const { match, critical, requesters } = rule;
        const approvers = needs(limits).map(({ demand: { from, count } }) =>
          from === undefined ? byRole(policy, known, count) : named(from, count, meant),
        );
        const asking = { requesters: requesters.map(formatSelector), mayAsk: meant(requesters) };
        return [{ rule: match, critical, right, ...asking, approvers }];
      }),
    );
  }
}

function named(
  from: readonly Selector[],
  count: number,
  meant: (selectors: readonly Selector[]) => readonly string[],
): ApproversToday {
  const never = from.filter((selector) => meant([selector]).length === 0);
  const [shown, neverSignedIn] = [from.map(formatSelector), never.map(formatSelector)];
  return { from: shown, count, signedIn: meant(from), neverSignedIn };
}

function byRole(policy: Policy, known: readonly Principal[], count: number): ApproversToday {
  const signedIn = known.filter((who) => policy.rolesOf(who, 0).held.has('approver')).map(({ id }) => id);
  const from = ['role:approver'];
  return { from, count, signedIn, neverSignedIn: signedIn.length === 0 ? from : [] };
}

/** How old the groups are is left out: they are what the last sign-in said. */
function principalOf(id: string, groups: readonly string[], person: Person | undefined): Principal {
  const { issuer = '', subject = '', name, email } = person ?? {};
  return { id, issuer, subject, name, email, emailVerified: true, groups, groupsAt: 0, firstSeenAt: 0 };
}
