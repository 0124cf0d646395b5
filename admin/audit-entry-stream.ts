/** One stream of entries: it follows the log from a place on, as fast as its reader takes them. */
import type { AuditFilter, AuditPageRead, AuditWish } from './admin-deps.ts';
import type { StreamWriter } from './stream-writer.ts';

export interface EntryStream {
  /** Says where the log ends now, or goes on behind the place that was given. */
  begin(): void;
  /** There is more to read. */
  wake(): void;
  /** Looks whether the reader may still read. */
  look(): void;
  end(): void;
}

export interface EntryStreamNeeds {
  readonly wish: AuditWish;
  readonly nodes: 'this' | 'all';
  /** Begin behind this place; without one with what comes. */
  readonly after: string | undefined;
  readonly writer: StreamWriter;
  read(filter: AuditFilter): Promise<AuditPageRead>;
  stands(): Promise<boolean>;
  onFailed(error: unknown): void;
}

const entriesOfAnEvent = 100;
/** Proxies end connections that say nothing; the reader's right is looked at as often. */
const beatMs = 15_000;
/** Beats for which a reader may leave what was sent unread. */
const beatsBehind = 4;
const retryMs = 2_000;

export function entryStream(needs: EntryStreamNeeds): EntryStream {
  const { wish, nodes, writer, read, stands, onFailed } = needs;
  let place = needs.after;
  let state: 'new' | 'open' | 'over' = 'new';
  let isReading = false;
  let isMore = false;
  let isWaiting = false;
  let behind = 0;
  let beat: NodeJS.Timeout | undefined;

  const over = (how: () => void): void => {
    if (state === 'over') return;
    state = 'over';
    clearInterval(beat);
    how();
  };
  const breakOff = (error: unknown): void => {
    onFailed(error);
    over(() => writer.destroy());
  };

  const ready = async (): Promise<void> => {
    const now = await read({ nodes, limit: 1, first: 'newest' });
    place ??= now.place;
    const coverage = now.coverage.map((chain) => ({ ...chain, seen: [], missing: [] }));
    writer.write(`retry: ${retryMs}\nid: ${place}\nevent: ready\ndata: ${JSON.stringify({ coverage })}\n\n`);
  };
  const waitForReader = (): void => {
    if (isWaiting) return;
    isWaiting = true;
    writer.onceCaughtUp(() => {
      isWaiting = false;
      wake();
    });
  };
  const follow = async (): Promise<void> => {
    while (isMore && state === 'open') {
      if (writer.isBehind()) {
        waitForReader();
        return;
      }
      isMore = false;
      const cursor = place === undefined ? {} : { cursor: place };
      const page = await read({ ...wish, nodes, ...cursor, limit: entriesOfAnEvent, first: 'oldest' });
      if (state !== 'open') return;
      isMore ||= page.cursor !== undefined;
      place = page.place;
      const { entries, people } = page;
      const missing = passedOver(page.coverage);
      if (entries.length > 0 || missing.length > 0) {
        const data = { entries, people, ...(missing.length > 0 ? { missing } : {}) };
        writer.write(`id: ${place}\nevent: entries\ndata: ${JSON.stringify(data)}\n\n`);
      }
    }
  };
  const wake = (): void => {
    isMore = true;
    if (isReading || state !== 'open') return;
    isReading = true;
    follow()
      .catch(breakOff)
      .finally(() => {
        isReading = false;
        // It came while the last page was being told.
        if (isMore && !writer.isBehind()) wake();
      });
  };
  const look = (): void => {
    stands().then((may) => {
      if (!may) over(() => writer.end());
    }, onFailed);
  };

  return {
    begin() {
      if (state !== 'new') return;
      state = 'open';
      beat = setInterval(() => {
        behind = writer.isBehind() ? behind + 1 : 0;
        if (behind >= beatsBehind) {
          over(() => writer.destroy());
          return;
        }
        if (behind === 0) writer.write(': still here\n\n');
        look();
      }, beatMs).unref();
      isReading = true;
      ready()
        .catch(breakOff)
        .finally(() => {
          isReading = false;
          wake();
        });
    },
    wake,
    look,
    end: () => over(() => writer.end()),
  };
}

/** What is missing before something that was seen: what comes last may only not have come yet. */
function passedOver(coverage: AuditPageRead['coverage']) {
  return coverage.flatMap(({ chain, seen, missing }) => {
    const upTo = seen.at(-1)?.toSeq ?? 0;
    return missing.filter(({ toSeq }) => toSeq < upTo).map((range) => ({ chain, ...range }));
  });
}
