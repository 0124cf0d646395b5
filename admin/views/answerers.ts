/** Who can answer, as the person who asks is told it. */
import type { Need, Policy } from '../../gateway/grants/policy.ts';
import { shownSelectors, workloadIssuer } from '../../gateway/grants/selected.ts';
import type { Principal } from '../../gateway/store/records.ts';
import { listedAtMost } from '../../gateway/store/spans.ts';
import type { Answerers } from '../schemas/people.ts';

/** Names given of one group. */
const namedAtMost = 10;

/** Who was seen lately, and under which policy they are looked at. */
export interface SeenLately {
  /** As `seenLately` of the store answers. */
  readonly people: readonly Principal[];
  readonly policy: Policy;
  /** The store's time. */
  readonly now: number;
}

/**
 * Those among whom `count` more must agree.
 *
 * Old groups count, since whoever comes back signs in first. People without a name are not shown by an address: they make it `more`.
 *
 * @param lately left out where the viewer is not who asks
 * @param except who cannot answer: the requester, and who has agreed
 */
export function viewAnswerers(
  need: Need,
  count: number,
  lately: SeenLately | undefined,
  except: readonly string[],
): Answerers {
  const { from } = need.demand;
  const shown = { from: from === undefined ? 'approvers' : shownSelectors(from), count };
  if (lately === undefined) return shown;
  const { people, policy, now } = lately;
  const fitting = people.filter(
    (person) =>
      person.issuer !== workloadIssuer &&
      !except.includes(person.id) &&
      policy.meets(person, need, now) !== 'no',
  );
  const names = fitting.flatMap(({ name }) => name ?? []).slice(0, namedAtMost);
  return { ...shown, seen: { names, more: names.length < fitting.length || people.length >= listedAtMost } };
}
