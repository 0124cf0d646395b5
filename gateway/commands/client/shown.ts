/** What the gateway says, put for a terminal: control characters escaped, times in UTC. */
import type { Person } from '../../../admin/schemas/people.ts';
import { visibleText } from '../../git/visible-text.ts';

/** Reasons are the longest texts, 2,000 characters. */
const longest = 4_000;
const longestName = 60;

/** Any text of the gateway's; nothing in it moves a cursor, begins a line or turns the direction. */
export function shown(text: string): string {
  return visibleText(text, longest);
}

/** A reason as somebody wrote it. */
export function quoted(text: string): string {
  return `"${shown(text)}"`;
}

/** `P-7F3K9Q2M4X Dana Developer`: the id first, since that is what commands take. */
export function personText({ id, name, email }: Person): string {
  const called = name ?? email;
  return called === undefined ? shown(id) : `${shown(id)} ${visibleText(called, longestName)}`;
}

/** `2026-11-28 14:05:12 UTC`; `no time` for what no calendar has. */
export function momentText(at: number): string {
  const time = new Date(at);
  if (Number.isNaN(time.getTime())) return 'no time';
  return `${time.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** `23 min`, `2 h 5 min`, `40 s`: seconds only where there are no minutes. */
export function spanText(spanMs: number): string {
  const seconds = Math.max(0, Math.round(spanMs / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  const [one, rest, unit, small] =
    hours < 48 ? [hours, minutes % 60, 'h', 'min'] : [Math.floor(hours / 24), hours % 24, 'd', 'h'];
  return rest === 0 ? `${one} ${unit}` : `${one} ${unit} ${rest} ${small}`;
}

/** `12.3 MiB`. */
export function bytesText(bytes: number): string {
  let rest = bytes;
  for (const unit of ['B', 'KiB', 'MiB', 'GiB']) {
    if (rest < 999.5) return `${unit === 'B' ? rest : rest.toFixed(1)} ${unit}`;
    rest /= 1_024;
  }
  return `${rest.toFixed(1)} TiB`;
}

/** The first few, and how many more. */
export function someText(texts: readonly string[], atMost = 5): string {
  const named = texts.slice(0, atMost).map(shown).join(', ');
  return texts.length > atMost ? `${named} and ${texts.length - atMost} more` : named;
}
