/** What stood at one moment: who could reach what, the locks, and each ref as its host last confirmed it. */
import type { ChainGap } from '../audit/chain-entries.ts';
import { placedEntries } from './entries.ts';
import { readHistory } from './replay.ts';
import { textOf } from './text-of.ts';

export interface AtMoment {
  /** Epoch ms, of the store's clock for grants and locks, of the nodes' for refs. */
  readonly at: number;
  readonly grants: readonly {
    readonly grantId: string;
    readonly principalId: string;
    readonly repository: string;
    readonly right: string;
    readonly refs: readonly string[];
    readonly endsAt: number;
  }[];
  readonly locks: readonly {
    readonly lockId: string;
    readonly on: object;
    /** Without it both are stopped. */
    readonly right?: string;
    /** Whom it does not stop. */
    readonly except: readonly string[];
    readonly reason: string;
  }[];
  /** The refs that pushes through the gateway had changed by then. */
  readonly refs: readonly {
    readonly repository: string;
    readonly ref: string;
    readonly id: string;
    readonly confirmedAt: number;
  }[];
  /** Parts of the log that are missing: what stood in them is not known. */
  readonly gaps: readonly Pick<ChainGap, 'chain' | 'what' | 'isDeleted'>[];
}

/** Rebuilds it from the log. Rejects for files that cannot be read. */
export async function atMoment(
  paths: readonly string[],
  at: number,
  repository?: string,
  elsewhere: readonly string[] = [],
): Promise<AtMoment> {
  const { history } = await readHistory(paths, elsewhere);
  const isWanted = (name: string): boolean => repository === undefined || name === repository;
  const grants = [...history.grants.values()].flatMap(({ issued, extended, revoked }) => {
    const { id: grantId, principalId, scope, issuedAt } = issued;
    const endsAt = extended.findLast(({ place }) => place.at <= at)?.endsAt ?? issued.endsAt;
    const isLive = issuedAt <= at && endsAt > at && (revoked === undefined || revoked.at > at);
    const { repository, right, refs } = scope;
    return isLive && isWanted(repository) ? [{ grantId, principalId, repository, right, refs, endsAt }] : [];
  });
  const locks = [...history.locks.values()]
    .filter(
      ({ lock, spans }) =>
        spans.some(({ fromAt, untilAt }) => fromAt <= at && (untilAt ?? at + 1) > at) &&
        (lock.until ?? at + 1) > at,
    )
    .map(({ lock: { id: lockId, on, right, except, reason } }) => ({
      lockId,
      on,
      ...(right === undefined ? {} : { right }),
      except,
      reason,
    }));
  return { at, grants, locks, refs: await refsAt(paths, at, isWanted), gaps: history.gaps };
}

const deleted = /^0+$/;

async function refsAt(
  paths: readonly string[],
  at: number,
  isWanted: (name: string) => boolean,
): Promise<AtMoment['refs']> {
  const refs = new Map<string, AtMoment['refs'][number]>();
  for await (const placed of placedEntries(paths, { onGap: () => undefined, onMisshapen: () => undefined })) {
    for (const { entry, sealed } of placed) {
      if (entry.type !== 'push.settled' || sealed.at > at) continue;
      const repository = textOf(entry.repository);
      if (!isWanted(repository)) continue;
      for (const { ref: written, newId: id, outcome } of entry.updates) {
        if (outcome !== 'applied') continue;
        const ref = textOf(written);
        const key = JSON.stringify([repository, written]);
        if ((refs.get(key)?.confirmedAt ?? 0) <= sealed.at)
          refs.set(key, { repository, ref, id, confirmedAt: sealed.at });
      }
    }
  }
  return [...refs.values()].filter(({ id }) => !deleted.test(id));
}
