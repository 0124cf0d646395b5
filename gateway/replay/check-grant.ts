/** Whether a grant of the log is what its request, its answers and its policy make: the same functions issue it again. */
import { isDeepStrictEqual } from 'node:util';
import { missingPeople, openNeeds, termsOf } from '../grants/approval.ts';
import { grantsOf } from '../grants/issue.ts';
import { isRefusal } from '../grants/refusal.ts';
import { type GrantHistory, type History, requestOf } from './history.ts';
import { agreed, disagreed, lacking, undecidable, type Verdict, worst } from './verdict.ts';

/** Checks the issue and every extension. */
export function checkGrant(held: GrantHistory, history: History): Verdict {
  return worst([
    checkIssue(held, history),
    ...held.extended.map((_, at) => checkExtension(held, at, history)),
  ]);
}

function checkIssue({ issued, policy: hash, storeSeq }: GrantHistory, history: History): Verdict {
  const { gaps } = history;
  const { id, requestId, principalId, issuedAt } = issued;
  const request = history.requests.get(requestId);
  if (request === undefined) return lacking(`${requestId}, the request of ${id},`, gaps);
  const { approved } = request;
  if (approved === undefined)
    return lacking(`the approval of ${requestId}, by which ${id} was issued,`, gaps);
  if (!approved.grantIds.includes(id))
    return disagreed(`${id} is none of the grants that ${requestId} was approved for`);
  if (approved.storeSeq !== undefined && approved.storeSeq > storeSeq)
    return disagreed(`${id} was issued before ${requestId} was approved`);
  const asked = requestOf(request);
  if (asked.principalId !== principalId)
    return disagreed(`${id} is of ${principalId}, and ${requestId} was asked by ${asked.principalId}`);
  if (issued.approvers.includes(principalId)) return disagreed(`${principalId} approved ${id} of their own`);

  if (hash === undefined) return undecidable(`the policy that ${id} was issued under is not recorded`);
  const loaded = history.policies.get(hash);
  if (loaded === undefined) return lacking(`the policy ${hash.slice(0, 12)} of ${id}`, gaps);
  if (loaded.kind === 'altered') return disagreed(`the policy ${hash.slice(0, 12)} of ${id} was altered`);
  if (loaded.kind === 'untold')
    return undecidable(`the document of the policy ${hash.slice(0, 12)} is not recorded`);
  const terms = termsOf(asked.scopes, loaded.policy);
  if (terms === undefined) return disagreed(`the policy has no rule for what ${requestId} asks`);
  if (request.answersUntold)
    return undecidable(`the answers to ${requestId} do not say for which demand they count`);
  const missing = missingPeople(openNeeds(terms, asked.answers));
  if (missing > 0) {
    const what = `${missing} of the approvals that the policy demands for ${id}`;
    return lacking(what, gaps);
  }
  const again = grantsOf({ newId: () => id }, asked, terms, issuedAt);
  if (isRefusal(again)) return disagreed(`of ${requestId} nothing was left to grant, and ${id} was issued`);
  const same = again.some((grant) =>
    isDeepStrictEqual(
      { ...grant, approvers: sorted(grant.approvers) },
      { ...issued, approvers: sorted(issued.approvers) },
    ),
  );
  return same ? agreed : disagreed(`${id} is not what ${requestId}, its answers and its policy make`);
}

function checkExtension({ issued, extended }: GrantHistory, at: number, history: History): Verdict {
  const step = extended[at];
  if (step === undefined) return agreed;
  const before = at === 0 ? issued : extended[at - 1];
  const { requestId = '' } = step;
  const request = history.requests.get(requestId);
  if (request?.approved === undefined)
    return lacking(`${requestId}, approved, by which ${issued.id} was extended,`, history.gaps);
  const { created, approved } = request;
  if (created.extends !== issued.id || created.principalId !== issued.principalId)
    return disagreed(`${requestId} did not ask to extend ${issued.id}`);
  if (before === undefined || step.version !== before.version + 1)
    return lacking(`an extension of ${issued.id}`, history.gaps);
  const { durationMs } = approved;
  if (durationMs === undefined) return undecidable(`what ${requestId} was approved for is not recorded`);
  const endsAt = Math.min(before.endsAt + durationMs, issued.latestEndsAt);
  return endsAt === step.endsAt
    ? agreed
    : disagreed(`${issued.id} was extended to another end than ${requestId} was approved for`);
}

function sorted(names: readonly string[]): readonly string[] {
  return names.toSorted();
}
