/** What a host's command says beside git's own streams, on its way to the person: harmless to show, and bounded. */
import { StringDecoder } from 'node:string_decoder';
import { visibleText } from '../git/visible-text.ts';
import type { ExecChannel } from './exec-channel.ts';

/** Characters of one line, and bytes of all of them: a host that floods is not heard any more. */
const longestLine = 1_000;
const bytesAtMost = 16_384;

export interface HostWords {
  take(chunk: Buffer): void;
  /** A line without an end is one too. */
  end(): void;
}

export function hostWordsTo({ stderr }: Pick<ExecChannel, 'stderr'>): HostWords {
  const decoder = new StringDecoder();
  let left = bytesAtMost;
  let line = '';
  const say = (text: string): void => void stderr.write(`${visibleText(text, longestLine)}\n`);
  return {
    take(chunk) {
      const taken = chunk.subarray(0, left);
      left -= taken.length;
      const lines = (line + decoder.write(taken)).split('\n');
      line = lines.pop() ?? '';
      for (const one of lines) say(one.replace(/\r$/, ''));
    },
    end() {
      if (line !== '') say(line);
      line = '';
    },
  };
}
