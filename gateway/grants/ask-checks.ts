/** Checks of what a person sent with an ask, each answering with what holds or with a refusal that says what was expected. */

import { patternFault } from '../../config/pattern.ts';
import type { RepositoryRule, RightRule } from '../../config/schema.ts';
import type { UpdateKind } from '../git/ref-update.ts';
import { updateKinds } from '../git/ref-update.ts';
import type { Principal, Right, Scope } from '../store/records.ts';
import type { ScopeTerms } from './approval.ts';
import { durationWords } from './duration-words.ts';
import { allWithin } from './pattern.ts';
import type { Policy } from './policy.ts';
import { groupsStale, isRefusal, notInPolicy, type Refusal, refuse } from './refusal.ts';

/** One scope as a person asks for it; refs and kinds left out stand for all that the rule allows. */
export interface ScopeAsk {
  /** Canonical name. */
  readonly repository: string;
  readonly right: Right;
  readonly refs?: readonly string[];
  readonly kinds?: readonly UpdateKind[];
}

/** Scopes of one request, ref patterns of one scope, and characters of one text. */
export const limits = { scopes: 20, refs: 50, refLength: 255, textLength: 1_000 } as const;

/** A second: less is a slip of the unit, and no transfer. */
const minDurationMs = 1_000;

/** A critical rule's shortest reason, in characters. */
const criticalReasonLength = 20;

/** Checks the scopes against each other and against the policy, and fills in what was left out; in a fixed order. */
export function checkScopes(
  asked: readonly ScopeAsk[],
  by: Principal,
  policy: Policy,
  now: number,
): readonly Scope[] | Refusal {
  if (asked.length === 0 || asked.length > limits.scopes)
    return refuse('bad-scopes', `a request has 1 to ${limits.scopes} scopes, this one has ${asked.length}`);
  const scopes: Scope[] = [];
  for (const ask of asked) {
    const mayAsk = policy.mayAsk(by, ask.repository, ask.right, now);
    if (mayAsk.kind !== 'yes') return mayAsk.kind === 'groups-stale' ? groupsStale : notInPolicy;
    const scope = checkScope(ask, mayAsk.rule, mayAsk.limits);
    if (isRefusal(scope)) return scope;
    if (scopes.some(({ repository, right }) => repository === ask.repository && right === ask.right))
      return refuse('bad-scopes', `${ask.right} of ${ask.repository} is asked for twice`);
    scopes.push(scope);
  }
  const place = ({ repository, right }: Scope): string => `${repository} ${right}`;
  return scopes.toSorted((a, b) => (place(a) < place(b) ? -1 : 1));
}

function checkScope(ask: ScopeAsk, rule: RepositoryRule, allowed: RightRule): Scope | Refusal {
  const { repository, right } = ask;
  if (right === 'fetch') {
    if ((ask.refs?.length ?? 0) > 0 || (ask.kinds?.length ?? 0) > 0)
      return refuse('bad-scopes', 'a fetch is always the whole repository; refs and kinds fence pushes only');
    return { repository, right, refs: [], kinds: [] };
  }
  const refs = [...new Set(ask.refs ?? allowed.refs)].toSorted();
  const kinds = updateKinds.filter((kind) => (ask.kinds ?? allowed.kinds).includes(kind));
  const fault = refsFault(refs);
  if (fault !== undefined) return refuse('bad-scopes', fault);
  if (kinds.length === 0)
    return refuse('bad-scopes', 'a push scope has at least one kind: create, update, delete');
  const wider = refs.filter((ref) => !allWithin([ref], allowed.refs));
  if (wider.length > 0)
    return refuse(
      'too-wide',
      `${wider.join(', ')} is beyond what ${rule.match} allows, which is ${allowed.refs.join(', ')}`,
    );
  const barred = kinds.filter((kind) => !allowed.kinds.includes(kind));
  if (barred.length > 0)
    return refuse(
      'too-wide',
      `${rule.match} allows no ${barred.join(' and no ')} of refs, only ${allowed.kinds.join(', ')}`,
    );
  return { repository, right, refs, kinds };
}

/** Why a list of ref patterns is none; undefined when it is one. */
export function refsFault(refs: readonly string[]): string | undefined {
  if (refs.length === 0 || refs.length > limits.refs)
    return `a push scope has 1 to ${limits.refs} ref patterns, this one has ${refs.length}`;
  for (const ref of refs) {
    const shown = JSON.stringify(ref.slice(0, limits.refLength));
    if (ref.length > limits.refLength)
      return `ref pattern ${shown}… is longer than ${limits.refLength} characters`;
    if (!ref.startsWith('refs/')) return `ref pattern ${shown} is no full name, such as refs/heads/main`;
    const fault = patternFault(ref);
    if (fault !== undefined) return `ref pattern ${shown} ${fault}`;
  }
  return undefined;
}

/** Checks a span against the tightest of the rules asked under. */
export function checkDuration(durationMs: number, terms: readonly ScopeTerms[]): Refusal | undefined {
  if (!Number.isSafeInteger(durationMs) || durationMs < minDurationMs)
    return refuse(
      'bad-duration',
      `duration ${durationWords(durationMs)} is under ${durationWords(minDurationMs)}`,
    );
  const tightest = terms.toSorted((a, b) => a.limits.maxDurationMs - b.limits.maxDurationMs)[0];
  if (tightest === undefined || durationMs <= tightest.limits.maxDurationMs) return undefined;
  const most = durationWords(tightest.limits.maxDurationMs);
  return refuse(
    'bad-duration',
    `duration ${durationWords(durationMs)} is more than ${tightest.rule.match} allows for ${tightest.scope.right}, which is ${most}`,
  );
}

/** Checks a reason against every rule asked under; answers with it trimmed. */
export function checkReason(
  reason: string,
  terms: readonly ScopeTerms[],
): { readonly reason: string } | Refusal {
  const text = reason.trim();
  const fault = textFault(text);
  if (fault !== undefined) return refuse('bad-reason', `the reason ${fault}`);
  for (const { rule, limits: allowed } of terms) {
    const isAutomatic = allowed.approval.kind === 'automatic';
    const shortest = Math.max(
      allowed.minReasonLength,
      rule.critical ? criticalReasonLength : 0,
      isAutomatic ? 0 : 1,
    );
    const length = [...text].length;
    if (length < shortest)
      return refuse(
        'bad-reason',
        `the reason has ${length} characters, ${rule.match} wants at least ${shortest}`,
      );
    if (allowed.ticketPattern !== undefined && !new RegExp(allowed.ticketPattern, 'u').test(text))
      return refuse(
        'bad-reason',
        `the reason names no ticket; ${rule.match} wants one like ${allowed.ticketPattern}`,
      );
  }
  return { reason: text };
}

/** Checks a text that must be there: the comment of a denial, the reason of a revocation; answers with it trimmed. */
export function checkText(what: string, text: string | undefined): { readonly text: string } | Refusal {
  const trimmed = (text ?? '').trim();
  if (trimmed === '') return refuse('bad-comment', `${what} is empty; say why in a few words`);
  const fault = textFault(trimmed);
  return fault === undefined ? { text: trimmed } : refuse('bad-comment', `${what} ${fault}`);
}

function textFault(text: string): string | undefined {
  if ([...text].length > limits.textLength) return `is longer than ${limits.textLength} characters`;
  if (/\p{Cs}/u.test(text)) return 'holds half of a character';
  // Tabs and line ends are a person's; other control characters are somebody playing with terminals.
  if (/[^\P{Cc}\t\n\r]/u.test(text)) return 'holds a control character';
  return undefined;
}
