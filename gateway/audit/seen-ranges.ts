/** Which entries of a chain a page has looked through: a range a stretch, a new one where a segment is missing, lacks its end or cannot be read. */
import { lineLimit } from './line.ts';
import { LineSplitter } from './line-splitter.ts';
import { linesBackwards } from './lines-backwards.ts';
import type { Span } from './read-spans.ts';
import { CompressionError, segmentBytes } from './segment-bytes.ts';
import { entryOf } from './segment-head.ts';

/** Entries that were looked through, the first and the last included. */
export interface SeenRange {
  readonly chain: string;
  readonly fromSeq: number;
  readonly toSeq: number;
}

export interface SeenRanges {
  /** A span is read from its beginning, newest first from its end. */
  begin(span: Span): void;
  /** It was read up to this byte, newest first down to it. */
  end(offset: number): void;
  /** It could not be read. */
  unread(): void;
  /** By `seq`, the lowest first. */
  ranges(): Promise<readonly SeenRange[]>;
}

interface Bound {
  readonly span: Span;
  readonly offset: number;
}

export function seenRanges(isBackwards: boolean): SeenRanges {
  const closed: { readonly begin: Bound; end: Bound }[] = [];
  let open: Bound | undefined;
  /** Whether the chain went on in `later` right where it was looked through up to in `earlier`. */
  const goesOn = (earlier: Bound, { span: { chain, after } }: Bound): boolean =>
    earlier.span.chain === chain && earlier.span.segment === after?.segment && earlier.offset >= after.offset;
  return {
    begin(span) {
      open = { span, offset: isBackwards ? span.until : span.from };
    },
    end(offset) {
      if (open === undefined) return;
      const end = { span: open.span, offset };
      const last = closed.at(-1);
      const isNext = last !== undefined && (isBackwards ? goesOn(open, last.end) : goesOn(last.end, open));
      if (isNext) last.end = end;
      else closed.push({ begin: open, end });
      open = undefined;
    },
    unread() {
      open = undefined;
    },
    async ranges() {
      const ranges: SeenRange[] = [];
      for (const { begin, end } of isBackwards ? closed.toReversed() : closed) {
        const [low, high] = isBackwards ? [end, begin] : [begin, end];
        const [fromSeq, toSeq] = [await seqBehind(low), await seqBefore(high)];
        if (fromSeq !== undefined && toSeq !== undefined && fromSeq <= toSeq)
          ranges.push({ chain: low.span.chain, fromSeq, toSeq });
      }
      return ranges;
    },
  };
}

/** Of the first entry that begins at or behind a byte. */
async function seqBehind({ span: { path, until }, offset }: Bound): Promise<number | undefined> {
  const splitter = new LineSplitter(lineLimit, offset);
  try {
    for await (const chunk of segmentBytes(path, { from: offset, until, chunkBytes: 65_536 }))
      for (const { bytes, whole } of splitter.push(chunk)) {
        const entry = whole ? entryOf(bytes) : undefined;
        if (entry !== undefined) return entry.seq;
      }
  } catch (error) {
    if (!(error instanceof CompressionError)) throw error;
  }
  return undefined;
}

/** Of the last entry that ends at or before a byte. */
async function seqBefore({ span: { path }, offset }: Bound): Promise<number | undefined> {
  try {
    for await (const lines of linesBackwards(path, offset, lineLimit))
      for (const { bytes } of lines) {
        const entry = entryOf(bytes);
        if (entry !== undefined) return entry.seq;
      }
  } catch (error) {
    if (!(error instanceof CompressionError)) throw error;
  }
  return undefined;
}
