/** An aftermath as one line that a person reads, on the page and at the terminal alike. */
import type { Right } from '../store/records.ts';
import type { Aftermath, PassedBefore, Touched, Unconfirmed } from './aftermath.ts';
import { oneLine } from './one-line.ts';
import { passedRefs } from './passed-refs.ts';
import { timeText } from './time-text.ts';

/** Refs and nodes that are named; the rest is counted. */
const named = 5;

/** `cut 1 running fetch; 1 push had passed before you: refs/heads/main of hub/app`, or `nothing was running`. */
export function aftermathText({ cut, passedBefore, ended, unconfirmed }: Aftermath, now: number): string {
  const parts = [
    ...(cut.length > 0 ? [`cut ${counted(cut, 'running ')}`] : []),
    ...(passedBefore.length > 0
      ? [`${counted(passedBefore)} had passed before you: ${some(passedBefore.flatMap(updatesOf))}`]
      : []),
    ...(ended.length > 0
      ? [`${counted(ended)} ended by ${ended.length === 1 ? 'itself' : 'themselves'} meanwhile`]
      : []),
    ...(unconfirmed.length > 0 ? [unconfirmedText(unconfirmed, now)] : []),
  ];
  return parts.length === 0 ? 'nothing was running' : parts.join('; ');
}

function unconfirmedText(unconfirmed: readonly Unconfirmed[], now: number): string {
  const nodes = new Map(unconfirmed.map(({ node, nodeSeenAt }) => [node, nodeSeenAt]));
  const seen = some(
    [...nodes].map(([node, at]) => `node ${oneLine(node, 100)}, last seen at ${secondText(at, now)}`),
  );
  const last = Math.max(...unconfirmed.map(({ endsBy }) => endsBy));
  const end = last > now ? 'ends by itself' : 'ended by itself';
  const it = unconfirmed.length === 1 ? 'it' : 'each';
  return `not confirmed for ${counted(unconfirmed)} on ${seen}: ${it} ${end} by ${secondText(last, now)} at the latest`;
}

function updatesOf({ operation, passed }: PassedBefore): readonly string[] {
  return passedRefs(passed).map((ref) => `${oneLine(ref, 300)} of ${oneLine(operation.repository, 300)}`);
}

/** `2 fetches and 1 push`. */
function counted(touched: readonly Touched[], kind = ''): string {
  const of = (right: Right, one: string, more: string): readonly string[] => {
    const count = touched.filter(({ operation }) => operation.right === right).length;
    return count === 0 ? [] : [`${count} ${kind}${count === 1 ? one : more}`];
  };
  return [...of('fetch', 'fetch', 'fetches'), ...of('push', 'push', 'pushes')].join(' and ');
}

function some(texts: readonly string[]): string {
  const more = texts.length - named;
  return more > 0 ? `${texts.slice(0, named).join(', ')} and ${more} more` : texts.join(', ');
}

/** To the second: the spans meant here are of seconds. */
function secondText(at: number, now: number): string {
  return timeText(at, now).replace(/^\d\d:\d\d/, new Date(at).toISOString().slice(11, 19));
}
