/** The lines of a segment from its end to its beginning, in bounded memory. */
import type { Line } from './line-splitter.ts';
import { openPlaced } from './segment-bytes.ts';

const blockBytes = 128 * 1024;

/**
 * Gives the lines that end at or before byte `end`, block by block, last line first. What stands behind the last newline, and lines
 * longer than `limit`, are passed over.
 *
 * @throws CompressionError
 */
export async function* linesBackwards(
  path: string,
  end: number,
  limit: number,
): AsyncGenerator<readonly Line[]> {
  const segment = await openPlaced(path);
  try {
    let carried: Buffer = Buffer.alloc(0);
    for (let to = Math.min(end, segment.size); to > 0; ) {
      const from = segment.partBefore(to, blockBytes);
      const block = await segment.read(from, to);
      if (block.length < to - from) return;
      const bytes = carried.length === 0 ? block : Buffer.concat([block, carried]);
      const begin = from === 0 ? 0 : bytes.indexOf(0x0a) + 1;
      yield linesIn(bytes.subarray(begin), from + begin, limit);
      carried = from > 0 && begin === 0 ? bytes : bytes.subarray(0, begin);
      if (carried.length > limit + blockBytes) carried = carried.subarray(carried.length - limit - 2);
      to = from;
    }
  } finally {
    await segment.close();
  }
}

function linesIn(bytes: Buffer, offset: number, limit: number): readonly Line[] {
  const lines: Line[] = [];
  for (let end = bytes.lastIndexOf(0x0a); end !== -1; ) {
    const before = end === 0 ? -1 : bytes.lastIndexOf(0x0a, end - 1);
    const whole = end - before - 1 <= limit;
    if (whole) lines.push({ bytes: bytes.subarray(before + 1, end), offset: offset + before + 1, whole });
    end = before;
  }
  return lines;
}
