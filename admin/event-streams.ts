/** The open event streams of a node: how many, what each is told and how often, and when one ends. */

import type { StreamWriter } from './stream-writer.ts';

/** One stream that is to be opened. */
export interface Viewer<Change, Kind extends string> {
  readonly principalId: string;
  readonly writer: StreamWriter;
  /** What of a published change the viewer's lists may show; undefined for none. */
  kindOf(change: Change): Kind | undefined;
  /** Whether the sign-in still stands; looked at on each beat, and when told to. */
  stands(): Promise<boolean>;
}

export interface EventStreamsNeeds {
  /** Monotonic milliseconds. */
  clock(): number;
  after(ms: number, work: () => void): () => void;
  /** A look at a sign-in that could not be had: the stream goes on, and its page reads everything again. */
  onLookFailed(error: unknown): void;
}

/** Why a stream is not opened. */
export type TooMany = 'of-the-person' | 'of-the-node';

export interface EventStreams<Change, Kind extends string> {
  /** Opens a stream; the function forgets it once its connection is gone. */
  open(viewer: Viewer<Change, Kind>): (() => void) | TooMany;
  /** Tells everyone whom a change concerns; without one, that anything may have changed. */
  tell(change: Change | undefined): void;
  /** Tells everyone of this kind. */
  tellAll(kind: Kind): void;
  /** Looks at once whether the sign-ins of this person still stand. */
  lookAt(principalId: string): void;
  /** Ends every stream, and opens none any more. */
  close(): void;
  readonly size: number;
}

/** Bounds and spans; times in ms. */
export const streamBounds = {
  /** Windows that one person looks at in the same moment, over all their devices. */
  ofPerson: 12,
  ofNode: 2_000,
  /** Changes that come together are told together. */
  gatherMs: 30,
  /** Between two events of one stream: a page reads its lists again for each. */
  apartMs: 500,
  /** Proxies end connections that say nothing; the sign-in is looked at as often. */
  beatMs: 15_000,
  /** Between two tries of a page whose stream broke. */
  retryMs: 2_000,
} as const;

/** What a stream is told when nobody knows what has changed. */
const anything = 'anything';

interface Open<Change, Kind extends string> {
  readonly viewer: Viewer<Change, Kind>;
  readonly waiting: Set<Kind | typeof anything>;
  toldAt: number;
  stopTelling: (() => void) | undefined;
  stopBeat: () => void;
}

export function eventStreams<Change, Kind extends string>({
  clock,
  after,
  onLookFailed,
}: EventStreamsNeeds): EventStreams<Change, Kind> {
  const streams = new Set<Open<Change, Kind>>();
  let isClosed = false;

  const forget = (stream: Open<Change, Kind>): void => {
    streams.delete(stream);
    stream.stopTelling?.();
    stream.stopBeat();
  };

  /** Says something, or breaks the stream off: what its reader does not take is not kept for it. */
  const say = (stream: Open<Change, Kind>, text: string): void => {
    const { writer } = stream.viewer;
    if (writer.isBehind()) {
      forget(stream);
      writer.destroy();
    } else writer.write(text);
  };

  const note = (stream: Open<Change, Kind>, kind: Kind | typeof anything): void => {
    stream.waiting.add(kind);
    const { gatherMs, apartMs } = streamBounds;
    stream.stopTelling ??= after(Math.max(gatherMs, stream.toldAt + apartMs - clock()), () => {
      const kinds = [...stream.waiting];
      stream.waiting.clear();
      stream.stopTelling = undefined;
      stream.toldAt = clock();
      say(stream, `event: changed\ndata: ${JSON.stringify({ kinds })}\n\n`);
    });
  };

  const look = async (stream: Open<Change, Kind>): Promise<void> => {
    const stands = await stream.viewer.stands().catch((error: unknown) => {
      onLookFailed(error);
      note(stream, anything);
      return true;
    });
    if (stands || !streams.has(stream)) return;
    forget(stream);
    stream.viewer.writer.end();
  };

  const beat = (stream: Open<Change, Kind>): void => {
    stream.stopBeat = after(streamBounds.beatMs, () => {
      say(stream, ': still here\n\n');
      if (!streams.has(stream)) return;
      beat(stream);
      void look(stream);
    });
  };

  return {
    open(viewer) {
      if (isClosed || streams.size >= streamBounds.ofNode) return 'of-the-node';
      const own = [...streams].filter((stream) => stream.viewer.principalId === viewer.principalId);
      if (own.length >= streamBounds.ofPerson) return 'of-the-person';
      const stream: Open<Change, Kind> = {
        viewer,
        waiting: new Set(),
        toldAt: Number.NEGATIVE_INFINITY,
        stopTelling: undefined,
        stopBeat: () => undefined,
      };
      streams.add(stream);
      say(stream, `retry: ${streamBounds.retryMs}\nevent: ready\ndata: {}\n\n`);
      beat(stream);
      return () => forget(stream);
    },
    tell(change) {
      for (const stream of streams) {
        const kind = change === undefined ? anything : stream.viewer.kindOf(change);
        if (kind !== undefined) note(stream, kind);
      }
    },
    tellAll(kind) {
      for (const stream of streams) note(stream, kind);
    },
    lookAt(principalId) {
      for (const stream of streams) if (stream.viewer.principalId === principalId) void look(stream);
    },
    close() {
      isClosed = true;
      for (const stream of [...streams]) {
        forget(stream);
        stream.viewer.writer.end();
      }
    },
    get size() {
      return streams.size;
    },
  };
}
