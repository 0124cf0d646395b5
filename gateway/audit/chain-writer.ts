/** Writes a directory's chain: seals groups, rotates segments, and goes on in a fresh one when one breaks. */
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { AuditAlarm } from './alarm.ts';
import { AuditError } from './audit-error.ts';
import { type DirectoryLock, lockDirectory } from './directory-lock.ts';
import type { Disk } from './disk.ts';
import type { Entry } from './entry.ts';
import { bodyOf, noHash, seal } from './line.ts';
import { newChain, segmentName } from './segment-name.ts';
import { type ChainStand, describeTail, type FilePlace, standOf, type TornTail } from './segment-tail.ts';
import { SegmentWriter, TruncatedError } from './segment-writer.ts';

/** Where an entry stands for good. */
export interface Receipt {
  readonly chain: string;
  readonly seq: number;
  readonly hash: string;
}

/** What a chain's writer needs. */
export interface ChainWriterOptions {
  readonly directory: string;
  readonly nodeId: string;
  readonly segmentBytes: number;
  readonly retryMs: number;
  readonly now: () => number;
  readonly onAlarm: (alarm: AuditAlarm) => void;
  readonly disk: Disk;
}

/** The only writer of a directory. One call of `commit` or `close` at a time. */
export class ChainWriter {
  readonly #options: ChainWriterOptions;
  #lock: DirectoryLock | undefined;
  #lost = false;
  #head: Receipt;
  #segment: SegmentWriter | undefined;
  #highest: number;
  #after: FilePlace | undefined;
  #torn: readonly TornTail[];
  /** Alarms to be written at the head of the next segment. */
  #alarms: readonly AuditAlarm[] = [];
  #failedAt: number | undefined;
  #failure: AuditError | undefined;
  #refused = 0;
  #figures = { entries: 0, bytes: 0, groups: 0, lastGroupEntries: 0, lastLatencyMs: 0 };

  private constructor(options: ChainWriterOptions, stand: ChainStand) {
    this.#options = options;
    this.#head = { chain: stand.chain, seq: stand.seq, hash: stand.hash };
    this.#highest = stand.highest;
    this.#after = stand.after;
    this.#torn = stand.torn;
  }

  /** Takes the directory, finds where its chain stands, and begins the next segment. */
  static async open(options: ChainWriterOptions): Promise<ChainWriter> {
    const { directory, disk } = options;
    const made = await mkdir(directory, { recursive: true, mode: 0o700 });
    if (made !== undefined) await disk.syncDirectory(dirname(made));
    let writer: ChainWriter | undefined;
    let lost = false;
    const lock = await lockDirectory(directory, () => {
      lost = true;
      if (writer !== undefined) writer.#lose();
    });
    try {
      const fresh = { chain: newChain(), seq: 0, hash: noHash, after: undefined, torn: [], highest: 0 };
      writer = new ChainWriter(options, (await standOf(directory)) ?? fresh);
      writer.#lock = lock;
      if (lost) writer.#lose();
      for (const { segment, bytes } of writer.#torn) {
        const message = `segment ${segment} was left torn: ${bytes ?? 'some'} bytes behind its last entry do not count`;
        options.onAlarm({ kind: 'audit-torn', message });
      }
      await writer.commit([]);
      return writer;
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  get chain(): string {
    return this.#head.chain;
  }

  /** The last durable entry. */
  get head(): Receipt {
    return this.#head;
  }

  stats() {
    return {
      ...this.#figures,
      segment: this.#highest,
      refused: this.#refused,
      writable: this.#failure === undefined && !this.#lost,
    };
  }

  /** Counts entries that found no place; told at the head of the next segment. */
  countRefused(count: number): void {
    this.#refused += count;
  }

  /**
   * Makes a group durable: in the open segment, or when that breaks in a fresh one.
   *
   * @throws AuditError `AUDIT_UNWRITABLE`, `AUDIT_LOCKED`; none of the group then counts
   */
  async commit(bodies: readonly string[]): Promise<readonly Receipt[]> {
    if (this.#lost)
      throw new AuditError('AUDIT_LOCKED', `another process took ${this.#options.directory} over`);
    if (this.#failure !== undefined && performance.now() - (this.#failedAt ?? 0) < this.#options.retryMs) {
      throw this.#failure;
    }
    try {
      const receipts = (await this.#tryOpen(bodies)) ?? (await this.#tryFresh(bodies));
      if (this.#failure !== undefined) this.#mend();
      return receipts;
    } catch (cause) {
      throw this.#fail(cause);
    }
  }

  /** Ends the segment in order and gives the directory back. */
  async close(reason: string): Promise<void> {
    try {
      if (this.#segment !== undefined && !this.#lost) {
        const closing = this.#seal([this.#closingBody(this.#segment, reason)]);
        await this.#segment.append(closing.bytes);
        this.#head = closing.receipts.at(-1) ?? this.#head;
      }
    } catch (cause) {
      this.#alarm('audit-segment-failed', 'the last line of the segment could not be written', cause);
    } finally {
      await this.#segment?.close().catch(() => undefined);
      this.#segment = undefined;
      await this.#lock?.release();
    }
  }

  async #tryOpen(bodies: readonly string[]): Promise<readonly Receipt[] | undefined> {
    const segment = this.#segment;
    if (segment === undefined) return undefined;
    try {
      return await this.#write(segment, [], bodies);
    } catch (cause) {
      const truncated = cause instanceof TruncatedError;
      const kind = truncated ? 'audit-segment-truncated' : 'audit-segment-failed';
      await this.#leave(
        segment,
        this.#alarm(kind, `segment ${segment.segment} broke: ${messageOf(cause)}`, cause),
      );
      this.#torn = [await describeTail(segment.path, { segment: segment.segment, offset: segment.size })];
      return undefined;
    }
  }

  async #tryFresh(bodies: readonly string[]): Promise<readonly Receipt[]> {
    const { disk, directory } = this.#options;
    const segment = await this.#create();
    try {
      const receipts = await this.#write(segment, this.#leadingBodies(segment.segment), bodies, () =>
        disk.syncDirectory(directory),
      );
      this.#highest = segment.segment;
      this.#torn = [];
      this.#alarms = [];
      return receipts;
    } catch (cause) {
      await segment.close().catch(() => undefined);
      await disk.remove(segment.path).catch(() => undefined);
      throw cause;
    }
  }

  async #create(): Promise<SegmentWriter> {
    const { disk, directory } = this.#options;
    for (let number = this.#highest + 1; ; number += 1) {
      try {
        return await SegmentWriter.create(disk, number, join(directory, segmentName(this.chain, number)));
      } catch (error) {
        const taken = error instanceof Error && 'code' in error && error.code === 'EEXIST';
        if (!taken || number > this.#highest + 16) throw error;
      }
    }
  }

  async #write(
    segment: SegmentWriter,
    leading: readonly string[],
    bodies: readonly string[],
    settle: () => Promise<void> = async () => undefined,
  ): Promise<readonly Receipt[]> {
    const started = performance.now();
    const group = this.#seal([...leading, ...bodies]);
    const isFull = segment.size + group.bytes.length >= this.#options.segmentBytes && bodies.length > 0;
    const last = isFull ? this.#seal([this.#closingBody(segment, 'full')], group.receipts.at(-1)) : undefined;
    const bytes = last === undefined ? group.bytes : Buffer.concat([group.bytes, last.bytes]);
    const { inPlace } = await segment.append(bytes);
    await settle();
    const receipts = [...group.receipts, ...(last?.receipts ?? [])];
    this.#head = receipts.at(-1) ?? this.#head;
    this.#segment = segment;
    this.#count(receipts.length, bytes.length, performance.now() - started);
    if (isFull) await this.#leave(segment);
    else if (!inPlace) {
      const message = `segment ${segment.segment} no longer stands at ${segment.path}; its entries are where it went`;
      await this.#leave(segment, this.#alarm('audit-segment-moved', message));
    }
    return group.receipts.slice(leading.length);
  }

  /** Ends work on a segment: what is durable in it stays, what comes goes to the next. */
  async #leave(segment: SegmentWriter, alarm?: AuditAlarm): Promise<void> {
    this.#segment = undefined;
    this.#after = { segment: segment.segment, offset: segment.size };
    if (alarm !== undefined) this.#alarms = [...this.#alarms, alarm];
    await segment.close().catch(() => undefined);
  }

  #seal(bodies: readonly string[], from: Receipt = this.#head) {
    let at = from;
    const lines: string[] = [];
    const receipts = bodies.map((body) => {
      const { line, hash } = seal({ chain: at.chain, seq: at.seq + 1, prev: at.hash }, body);
      lines.push(line);
      at = { chain: at.chain, seq: at.seq + 1, hash };
      return at;
    });
    return { bytes: Buffer.from(lines.join(''), 'latin1'), receipts };
  }

  #leadingBodies(segment: number): readonly string[] {
    const node = this.#options.nodeId;
    const entries: readonly Entry[] = [
      { type: 'segment.opened', segment, node, after: this.#after },
      ...this.#torn.map((torn) => ({ type: 'segment.torn' as const, ...torn })),
      ...this.#alarms.map(({ kind, message }) => ({
        type: 'node.alarm' as const,
        node,
        alarm: kind,
        message,
      })),
      ...(this.#failure === undefined ? [] : [this.#gapEntry(node, this.#failure)]),
    ];
    return entries.map((entry) => this.#body(entry));
  }

  #gapEntry(node: string, { message }: AuditError): Entry {
    return { type: 'node.alarm', node, alarm: 'audit-unwritable', message, count: this.#refused };
  }

  #closingBody({ segment }: SegmentWriter, reason: string): string {
    return this.#body({ type: 'segment.closed', segment, reason });
  }

  #body(entry: Entry): string {
    return bodyOf(this.#options.now(), entry);
  }

  #count(entries: number, bytes: number, latencyMs: number): void {
    const before = this.#figures;
    this.#figures = {
      entries: before.entries + entries,
      bytes: before.bytes + bytes,
      groups: before.groups + 1,
      lastGroupEntries: entries,
      lastLatencyMs: latencyMs,
    };
  }

  #fail(cause: unknown): AuditError {
    const { directory } = this.#options;
    const error = new AuditError('AUDIT_UNWRITABLE', `${directory} takes no entries: ${messageOf(cause)}`, {
      cause,
    });
    if (this.#failure === undefined) this.#alarm('audit-unwritable', error.message, cause);
    this.#failure = error;
    this.#failedAt = performance.now();
    return error;
  }

  #mend(): void {
    this.#alarm(
      'audit-writable-again',
      `${this.#refused} entries were refused before the disk took one again`,
    );
    this.#failure = undefined;
    this.#refused = 0;
  }

  #lose(): void {
    this.#lost = true;
    this.#alarm('audit-lock-lost', `another process took ${this.#options.directory} over`);
  }

  #alarm(kind: AuditAlarm['kind'], message: string, cause?: unknown): AuditAlarm {
    const alarm = { kind, message, ...(cause === undefined ? {} : { cause }) };
    this.#options.onAlarm(alarm);
    return alarm;
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
