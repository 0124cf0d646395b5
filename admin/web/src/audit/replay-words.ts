/** What a replay found, in words. */
import type { Person, Replayed } from '../api/shapes.ts';
import { counted } from '../text/counted.ts';
import { personName } from '../text/person-name.ts';

type Step = Replayed['timeLine'][number];

/** How long each step of a playing replay stands. */
export const pausesMs = { '1 a second': 1_000, '4 a second': 250, '20 a second': 50 } as const;

/** A verdict with the tone of the tag it stands in, and what differs where something does. */
export interface DecidedAgain {
  readonly verdict: string;
  readonly tone: 'good' | 'warn' | 'bad' | 'quiet';
  readonly why?: string;
}

/** What deciding again says of a step; most steps are no decisions. */
export function decidedAgain(
  { chain, seq, verdict }: Pick<Step, 'chain' | 'seq' | 'verdict'>,
  findings: Replayed['findings'],
): DecidedAgain {
  const why = findings.find((finding) => finding.chain === chain && finding.seq === seq)?.what;
  const said = why === undefined ? {} : { why };
  switch (verdict) {
    case 'agreed':
      return { verdict: 'the same', tone: 'good', ...said };
    case 'disagreed':
      return { verdict: 'another decision', tone: 'bad', ...said };
    case 'undecidable':
      return { verdict: 'cannot be decided again', tone: 'warn', ...said };
    default:
      return { verdict: 'no decision', tone: 'quiet', ...said };
  }
}

/** A tally as a sentence: `12 decisions: 11 the same, 1 decided otherwise.`. */
export function tallyWords({ agreed, disagreed, undecidable }: Replayed['decisions'], of: string): string {
  const parts = [
    `${agreed} the same`,
    ...(disagreed > 0 ? [`${disagreed} decided otherwise`] : []),
    ...(undecidable > 0 ? [`${undecidable} not to be decided again`] : []),
  ];
  return `${counted(agreed + disagreed + undecidable, of)}: ${parts.join(', ')}.`;
}

/** Puts names where ids of people stand. */
export function withNames(text: string, people: readonly Person[]): string {
  return people.reduce((so, person) => so.replaceAll(person.id, personName(person)), text);
}
