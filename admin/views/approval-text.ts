/** Who must agree under a rule, in words. */
import type { RightRule } from '../../config/schema.ts';
import { shownSelectors } from '../../gateway/grants/selected.ts';

/** `automatic`, `ask`, or a phrase such as `1 of payments-leads and 2 approvers`. */
export function approvalText({ approval }: Pick<RightRule, 'approval'>): string {
  if (approval.kind !== 'people') return approval.kind;
  return approval.demands
    .map(({ from, count }) => {
      const whom =
        from === undefined ? (count === 1 ? 'approver' : 'approvers') : `of ${shownSelectors(from)}`;
      return `${count} ${whom}`;
    })
    .join(' and ');
}
