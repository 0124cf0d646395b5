/** Requests as people read them in a terminal: short lines, spans in words, times with their zone. */
import type { Person } from '../../../admin/schemas/people.ts';
import type { RequestView } from '../../../admin/schemas/requests.ts';
import { quoted, shown, someText } from '../../commands/client/shown.ts';
import { visibleText } from '../../git/visible-text.ts';
import { durationWords } from '../../grants/duration-words.ts';
import { timeText } from '../../grants/time-text.ts';

type Scope = RequestView['scopes'][number];

const longestName = 100;

/** The name alone: in these lines no command takes a person's id. */
export function nameText({ id, name, email }: Person): string {
  return visibleText(name ?? email ?? id, longestName);
}

/** `fetch hub/acme/app`, `push to hub/acme/app (refs/heads/**)`. */
export function scopeText({ repository, right, refs }: Scope): string {
  return right === 'push' ? `push to ${shown(repository)} (${someText(refs)})` : `fetch ${shown(repository)}`;
}

/** What it asks for, how it stands, and what next. */
export function requestLines(view: RequestView, now: number): readonly string[] {
  return [headline(view), ...standing(view, now)];
}

/** For lists: what it asks for and why, and how it stands. */
export function listedLines(view: RequestView, now: number): readonly string[] {
  const yours = view.may.answer ? '; it is for you to answer' : '';
  return [
    `${headline(view)}, by ${nameText(view.principal)}`,
    `  ${quoted(view.reason)}`,
    `  ${stateText(view, now)}${yours}`,
  ];
}

function headline({ id, scopes, durationMs, critical, extends: grantId }: RequestView): string {
  const longer = grantId === undefined ? '' : ` longer than ${grantId} has`;
  return `${id}${critical ? ' CRITICAL' : ''}: ${scopes.map(scopeText).join(', ')} for ${durationWords(durationMs)}${longer}`;
}

function standing(view: RequestView, now: number): readonly string[] {
  const { comment, endsAt, grantIds, link, state } = view;
  return [
    stateText(view, now),
    ...(comment === undefined ? [] : [quoted(comment)]),
    ...(state === 'approved' && endsAt !== undefined
      ? [`granted until ${timeText(endsAt, now)}: ${grantIds.join(', ')}`]
      : []),
    ...(state === 'pending' ? [`its page: ${link}`] : []),
  ];
}

/** `waits for leads until 14:05 UTC`, `denied by Ana Approver at 14:05 UTC`. */
export function stateText(view: RequestView, now: number): string {
  const { decideBy, decidedAt, decidedBy, state, waitsForText } = view;
  const by = decidedBy === undefined ? '' : ` by ${nameText(decidedBy)}`;
  const at = decidedAt === undefined ? '' : ` at ${timeText(decidedAt, now)}`;
  switch (state) {
    case 'pending':
      return `waits for ${visibleText(waitsForText ?? 'an approver', 200)} until ${timeText(decideBy, now)}`;
    case 'approved':
      return `approved${by === '' ? ' by the policy' : by}${at}`;
    case 'lapsed':
      return `lapsed: nobody answered until ${timeText(decideBy, now)}; it can be asked again`;
    case 'denied':
    case 'withdrawn':
      return `${state}${by}${at}`;
  }
}
