/** The last words of a fetch that is cut, in the language of where its answer stands (git 2.39 asserts each in test/e2e). */
import { flushPkt, pktLine } from './pkt-line.ts';
import { errorPkt } from './refusal.ts';
import type { AnswerState } from './side-band.ts';
import { visibleText } from './visible-text.ts';

/** Side-bands of a fetch's answer and a push's report. */
export const band = { data: 1, progress: 2, error: 3 } as const;

/** One line of text in a side-band, short enough for `side-band` without `-64k`. */
export function bandLine(number: number, line: string): Buffer {
  return pktLine(Buffer.concat([Buffer.from([number]), Buffer.from(line)]));
}

/** The text, a line a pkt on band 2: git shows each with `remote: ` before it. */
export function progressLines(lines: readonly string[]): Buffer {
  return Buffer.concat(
    lines.slice(0, 40).map((line) => bandLine(band.progress, `${visibleText(line, 230)}\n`)),
  );
}

/**
 * What to write, directly behind a whole pkt, before ending the answer; undefined where nothing can be said.
 *
 * Inside the pack: the text on band 2, then three words on band 3, since of a band 3 text only the first line gets `remote: `.
 */
export function cutFetchBytes(state: AnswerState, lines: readonly string[]): Buffer | undefined {
  switch (state) {
    case 'text':
      return errorPkt(lines);
    case 'pack':
      return Buffer.concat([progressLines(lines), bandLine(band.error, 'access has ended'), flushPkt]);
    case 'raw':
      return undefined;
    case 'end':
      return Buffer.alloc(0);
  }
}
