/** Writes a directory's chain: seals groups, rotates segments, and goes on in a fresh one when one breaks. */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { AuditAlarm } from './alarm.ts';
import { AuditError } from './audit-error.ts';
import { checkpointMark } from './checkpoint.ts';
import { type DirectoryLock, lockDirectory } from './directory-lock.ts';
import type { Disk } from './disk.ts';
import { DiskTrouble, messageOf } from './disk-trouble.ts';
import type { Entry } from './entry.ts';
import { type Receipt, sealGroup } from './group.ts';
import { bodyOf, noHash } from './line.ts';
import { leadingEntries } from './segment-lead.ts';
import { newChain } from './segment-name.ts';
import { type ChainStand, describeTail, type FilePlace, standOf, type TornTail } from './segment-tail.ts';
import { SegmentWriter, TruncatedError } from './segment-writer.ts';
import { Cadence, type SignedLines, type Signing } from './signing.ts';

/** What a chain's writer needs. */
export interface ChainWriterOptions {
  readonly directory: string;
  readonly nodeId: string;
  readonly segmentBytes: number;
  readonly segmentAgeMs: number;
  readonly retryMs: number;
  readonly now: () => number;
  readonly onAlarm: (alarm: AuditAlarm) => void;
  readonly disk: Disk;
  readonly signing?: Signing | undefined;
  /** Hears of each checkpoint, once it is durable: its line without the newline. */
  readonly onCheckpoint?: ((line: string) => void) | undefined;
  /** Hears of each segment that was begun, once its head is durable. */
  readonly onSegmentBegun?: (() => void) | undefined;
  /** Hears where the chain stands before anything is written; when it rejects, nothing is. */
  readonly onStand?: ((head: Receipt) => Promise<void>) | undefined;
}

/** The only writer of a directory. One call of `commit` or `close` at a time. */
export class ChainWriter {
  readonly #options: ChainWriterOptions;
  readonly #lock: DirectoryLock;
  readonly #cadence: Cadence;
  #head: Receipt;
  #unsigned: number;
  #segment: SegmentWriter | undefined;
  #highest: number;
  #after: FilePlace | undefined;
  #torn: readonly TornTail[];
  #alarms: readonly AuditAlarm[] = [];
  readonly #trouble: DiskTrouble;
  #isLost = false;
  #figures = { entries: 0, bytes: 0, groups: 0, lastGroupEntries: 0, lastLatencyMs: 0 };

  private constructor(options: ChainWriterOptions, stand: ChainStand, lock: DirectoryLock) {
    this.#options = options;
    this.#lock = lock;
    this.#cadence = new Cadence(options.signing, options.now);
    this.#unsigned = this.#cadence.atStart;
    this.#trouble = new DiskTrouble(options.directory, options.retryMs, options.onAlarm);
    this.#head = { chain: stand.chain, seq: stand.seq, hash: stand.hash };
    this.#highest = stand.highest;
    this.#after = stand.after;
    this.#torn = stand.torn;
  }

  /** Takes the directory, finds where its chain stands, and begins the next segment. */
  static async open(options: ChainWriterOptions): Promise<ChainWriter> {
    const { directory, disk, onAlarm } = options;
    const made = await mkdir(directory, { recursive: true, mode: 0o700 });
    if (made !== undefined) await disk.syncDirectory(dirname(made));
    const lock = await lockDirectory(directory);
    try {
      const fresh = { chain: newChain(), seq: 0, hash: noHash, after: undefined, torn: [], highest: 0 };
      const stand = (await standOf(directory)) ?? fresh;
      for (const { segment, bytes } of stand.torn) {
        const message = `segment ${segment} was left torn: ${bytes ?? 'some'} bytes behind its last entry do not count`;
        onAlarm({ kind: 'audit-torn', message });
      }
      const writer = new ChainWriter(options, stand, lock);
      lock.onLost(() => {
        writer.#isLost = true;
        onAlarm({ kind: 'audit-lock-lost', message: `another process took ${directory} over` });
      });
      await options.onStand?.(writer.head);
      await writer.commit([]);
      return writer;
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /** The last durable entry. */
  get head(): Receipt {
    return this.#head;
  }

  /** Durable entries behind the last checkpoint; 0 where nothing is signed. */
  get unsigned(): number {
    return this.#unsigned;
  }

  /** Figures since the writer was opened, and whether the last commit found a place. */
  stats() {
    const { lasts, refused } = this.#trouble;
    return { ...this.#figures, segment: this.#highest, refused, writable: !lasts && !this.#isLost };
  }

  /** Counts entries that found no place; told at the head of the next segment. */
  countRefused(count: number): void {
    this.#trouble.countRefused(count);
  }

  /**
   * Makes a group durable: in the open segment, or when that breaks in a fresh one.
   *
   * @param sign whether a checkpoint is to stand behind it
   * @throws AuditError `AUDIT_UNWRITABLE`, `AUDIT_LOCKED`; none of the group then counts
   */
  async commit(bodies: readonly string[], sign = false): Promise<readonly Receipt[]> {
    const { directory } = this.#options;
    if (this.#isLost) throw new AuditError('AUDIT_LOCKED', `another process took ${directory} over`);
    this.#trouble.mustRetryNow();
    try {
      const receipts = (await this.#tryOpen(bodies, sign)) ?? (await this.#tryFresh(bodies, sign));
      this.#trouble.end();
      return receipts;
    } catch (cause) {
      throw this.#trouble.begin(cause);
    }
  }

  /** Ends the segment in order and gives the directory back. */
  async close(reason: string): Promise<void> {
    try {
      if (this.#segment !== undefined && !this.#isLost) {
        const closing = sealGroup(this.#head, this.#closing(this.#segment, reason, this.#unsigned).lines);
        await this.#segment.append(closing.bytes);
        this.#head = closing.head;
        this.#tellCheckpoints(closing.lines);
      }
    } catch (cause) {
      this.#alarm({
        kind: 'audit-segment-failed',
        message: 'the last line of the segment could not be written',
        cause,
      });
    } finally {
      await this.#segment?.close().catch(() => undefined);
      this.#segment = undefined;
      await this.#lock.release();
    }
  }

  async #tryOpen(bodies: readonly string[], sign: boolean): Promise<readonly Receipt[] | undefined> {
    const open = this.#segment;
    if (open === undefined) return undefined;
    try {
      return await this.#write(open, [], bodies, sign);
    } catch (cause) {
      const { segment, path, size } = open;
      const kind = cause instanceof TruncatedError ? 'audit-segment-truncated' : 'audit-segment-failed';
      await this.#leave(
        open,
        this.#alarm({ kind, message: `segment ${segment} broke: ${messageOf(cause)}`, cause }),
      );
      const tail = await describeTail(path, { segment, offset: size });
      this.#torn = tail.bytes === 0 ? [] : [tail];
      return undefined;
    }
  }

  async #tryFresh(bodies: readonly string[], sign: boolean): Promise<readonly Receipt[]> {
    const { disk, directory, now } = this.#options;
    const fresh = await SegmentWriter.create(disk, directory, {
      chain: this.#head.chain,
      next: this.#highest + 1,
      now: now(),
    });
    try {
      return await this.#write(fresh, this.#leadingBodies(fresh.segment), bodies, sign);
    } catch (cause) {
      // Nothing in it counts: it goes, so that a full disk is not littered with heads of segments.
      await fresh.close().catch(() => undefined);
      await disk.remove(fresh.path).catch(() => undefined);
      throw cause;
    }
  }

  async #write(
    segment: SegmentWriter,
    leading: readonly string[],
    bodies: readonly string[],
    sign: boolean,
  ): Promise<readonly Receipt[]> {
    const { disk, directory } = this.#options;
    const started = performance.now();
    const signed = this.#cadence.among([...leading, ...bodies], this.#unsigned, sign);
    const group = sealGroup(this.#head, signed.lines);
    const over = bodies.length === 0 ? undefined : this.#whyOver(segment, group.bytes.length);
    const end =
      over === undefined
        ? { lines: [], unsigned: signed.unsigned }
        : this.#closing(segment, over, signed.unsigned);
    const last = sealGroup(group.head, end.lines);
    const { inPlace } = await segment.append(Buffer.concat([group.bytes, last.bytes]));
    if (leading.length > 0) await disk.syncDirectory(directory);

    this.#head = last.head;
    this.#unsigned = end.unsigned;
    this.#segment = segment;
    this.#count(
      group.receipts.length + last.receipts.length,
      group.bytes.length + last.bytes.length,
      started,
    );
    if (leading.length > 0) {
      this.#highest = segment.segment;
      this.#torn = [];
      this.#alarms = [];
      this.#options.onSegmentBegun?.();
    }
    if (!inPlace) {
      const message = `segment ${segment.segment} no longer stands at ${segment.path}; its entries are where it went`;
      await this.#leave(segment, this.#alarm({ kind: 'audit-segment-moved', message }));
    } else if (over !== undefined) await this.#leave(segment);
    this.#tellCheckpoints([...group.lines, ...last.lines]);
    return group.receipts
      .filter((_, index) => !this.#cadence.isCheckpoint(signed.lines[index]))
      .slice(leading.length);
  }

  /** Why a segment ends with the group that is about to be written; undefined when it goes on. */
  #whyOver({ size, openedAt }: SegmentWriter, groupBytes: number): string | undefined {
    const { segmentBytes, segmentAgeMs, now } = this.#options;
    if (size + groupBytes >= segmentBytes) return 'full';
    return now() - openedAt >= segmentAgeMs ? 'old' : undefined;
  }

  /** Ends work on a segment: what is durable in it stays, what comes goes to the next. */
  async #leave(segment: SegmentWriter, alarm?: AuditAlarm): Promise<void> {
    this.#segment = undefined;
    this.#after = { segment: segment.segment, offset: segment.size };
    if (alarm !== undefined) this.#alarms = [...this.#alarms, alarm];
    await segment.close().catch(() => undefined);
  }

  #leadingBodies(segment: number): readonly string[] {
    const alarms = [...this.#alarms, ...this.#trouble.told()];
    const untold = { after: this.#after, torn: this.#torn, alarms };
    return leadingEntries(segment, this.#options.nodeId, untold).map((entry) => this.#body(entry));
  }

  #closing({ segment }: SegmentWriter, reason: string, unsigned: number): SignedLines {
    return this.#cadence.closing(this.#body({ type: 'segment.closed', segment, reason }), unsigned);
  }

  #tellCheckpoints(lines: readonly string[]): void {
    const { onCheckpoint } = this.#options;
    if (onCheckpoint === undefined) return;
    for (const line of lines) if (line.includes(checkpointMark)) onCheckpoint(line.trimEnd());
  }

  #body(entry: Entry): string {
    return bodyOf(this.#options.now(), entry);
  }

  #count(entries: number, bytes: number, started: number): void {
    this.#figures = {
      entries: this.#figures.entries + entries,
      bytes: this.#figures.bytes + bytes,
      groups: this.#figures.groups + 1,
      lastGroupEntries: entries,
      lastLatencyMs: performance.now() - started,
    };
  }

  #alarm(alarm: AuditAlarm): AuditAlarm {
    this.#options.onAlarm(alarm);
    return alarm;
  }
}
