/** Whether a grant of the log is what its request, its answers and its policy make: the same functions issue it again. */
import { isDeepStrictEqual } from 'node:util';
import { missingPeople, narrowed, openNeeds, type ScopeTerms, termsOf } from '../grants/approval.ts';
import { grantsOf } from '../grants/issue.ts';
import { isRefusal } from '../grants/refusal.ts';
import type { History } from './history.ts';
import { type GrantHistory, type RequestHistory, requestOf } from './history-records.ts';
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

  const terms = termsAgreed(id, hash, request, history);
  if (!('terms' in terms)) return terms;
  const again = grantsOf({ newId: () => id }, asked, terms.terms, issuedAt);
  if (isRefusal(again)) return disagreed(`of ${requestId} nothing was left to grant, and ${id} was issued`);
  const same = again.some((grant) =>
    isDeepStrictEqual(
      { ...grant, approvers: sorted(grant.approvers) },
      { ...issued, approvers: sorted(issued.approvers) },
    ),
  );
  return same ? agreed : disagreed(`${id} is not what ${requestId}, its answers and its policy make`);
}

function checkExtension({ issued, extended: steps }: GrantHistory, at: number, history: History): Verdict {
  const { id, principalId } = issued;
  const step = steps[at];
  const before = at === 0 ? issued : steps[at - 1];
  if (step === undefined || before === undefined || step.version !== before.version + 1)
    return lacking(`an extension of ${id}`, history.gaps);
  const request = history.requests.get(step.requestId ?? '');
  if (request?.approved === undefined)
    return lacking(`${step.requestId ?? 'a request'}, approved, by which ${id} was extended,`, history.gaps);
  const { created } = request;
  if (created.extends !== id || created.principalId !== principalId)
    return disagreed(`${created.requestId} did not ask to extend ${id}`);
  const terms = termsAgreed(id, step.policy, request, history);
  if (!('terms' in terms)) return terms;
  const { durationMs } = narrowed(requestOf(request), terms.terms, request.answers);
  return Math.min(before.endsAt + durationMs, issued.latestEndsAt) === step.endsAt
    ? agreed
    : disagreed(`${id} was extended to another end than ${created.requestId} was approved for`);
}

/** The rules that a request was answered under, once all whom they demand have agreed; otherwise why not. */
function termsAgreed(
  id: string,
  hash: string | undefined,
  request: RequestHistory,
  { policies, gaps }: History,
): { readonly terms: readonly ScopeTerms[] } | Verdict {
  if (hash === undefined) return undecidable(`the policy that ${id} was given under is not recorded`);
  const name = `the policy ${hash.slice(0, 12)}`;
  const loaded = policies.get(hash);
  if (loaded === undefined) return lacking(`${name} of ${id}`, gaps);
  if (loaded.kind === 'altered') return disagreed(`${name} of ${id} was altered`);
  if (loaded.kind === 'untold') return undecidable(`the document of ${name} is not recorded`);
  const { scopes, answers } = requestOf(request);
  const terms = termsOf(scopes, loaded.policy);
  if (terms === undefined) return disagreed(`${name} has no rule for what ${request.created.requestId} asks`);
  if (request.answersUntold)
    return undecidable(`the answers to ${request.created.requestId} do not say for which demand they count`);
  const missing = missingPeople(openNeeds(terms, answers));
  return missing === 0
    ? { terms }
    : lacking(`${missing} of the approvals that ${name} demands for ${id}`, gaps);
}

function sorted(names: readonly string[]): readonly string[] {
  return names.toSorted();
}
