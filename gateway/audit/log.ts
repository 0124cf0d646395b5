/** The audit log: takes entries, and answers each once it is durable. */
import { performance } from 'node:perf_hooks';
import type { AuditAlarm } from './alarm.ts';
import { AuditError } from './audit-error.ts';
import { ChainWriter } from './chain-writer.ts';
import { type Disk, localDisk } from './disk.ts';
import { checkEntry, type Entry } from './entry.ts';
import type { Receipt } from './group.ts';
import { bodyOf } from './line.ts';
import type { Signing } from './signing.ts';

export type { Receipt } from './group.ts';

/** How a log is opened. */
export interface AuditLogOptions {
  /** Created with its parents when it is not there, for its owner alone. */
  readonly directory: string;
  readonly nodeId: string;
  readonly onAlarm: (alarm: AuditAlarm) => void;
  /** Bytes after which a segment is closed; default 32 MiB. */
  readonly segmentBytes?: number;
  /** Age at which a segment is closed, with the entry that comes next; default a day. */
  readonly segmentAgeMs?: number;
  /** The node's clock, epoch ms. */
  readonly now?: () => number;
  /** Entries that may wait for the disk; default 10,000. */
  readonly queueLimit?: number;
  /** How long after a failure the disk is left alone; default 1 s. */
  readonly retryMs?: number;
  readonly disk?: Disk;
  /** With what the chain is signed; without it there are no checkpoints. */
  readonly signing?: Signing | undefined;
  /** Hears of each checkpoint, once it is durable: its line without the newline. */
  readonly onCheckpoint?: (line: string) => void;
  /** Hears of each segment that was begun, once its head is durable: what was written before it is over. */
  readonly onSegmentBegun?: () => void;
  /**
   * Hears where the chain stands, `seq` 0 for one that is new, once the directory is this process's and before anything is written to it.
   * When it rejects, the log is not opened, and nothing was written.
   */
  readonly onStand?: (head: Receipt) => Promise<void>;
}

/** Figures since the log was opened. */
export interface AuditStats {
  readonly entries: number;
  readonly bytes: number;
  /** Groups written, each with one sync. */
  readonly groups: number;
  readonly segment: number;
  /** The last group: entries in it, and ms from its write to its durability. */
  readonly lastGroupEntries: number;
  readonly lastLatencyMs: number;
  /** Entries not yet durable, and for how many ms the first of them has waited. */
  readonly waiting: number;
  readonly waitingMs: number;
  /** Entries that were not taken since the disk last took one. */
  readonly refused: number;
  readonly writable: boolean;
}

/** The one log of a directory. */
export interface AuditLog {
  readonly chain: string;
  /**
   * Resolves when the entry is on the disk. Entries become durable in the order of the calls.
   *
   * @throws AuditError; the caller must then not do what the entry says
   */
  append(entry: Entry): Promise<Receipt>;
  /** The last durable entry. */
  head(): Receipt;
  stats(): AuditStats;
  /** Calls back after each group that became durable, until the function it answers with is called. */
  onDurable(listener: () => void): () => void;
  /** Writes what waits, closes the segment in order, gives the directory back. */
  close(reason?: string): Promise<void>;
}

interface Waiting {
  readonly body: string;
  readonly since: number;
  readonly resolve: (receipt: Receipt) => void;
  readonly reject: (error: AuditError) => void;
}

const groupBytes = 4 * 1024 * 1024;
const queueBytes = 64 * 1024 * 1024;
const signEveryMs = 60_000;

/**
 * Opens the log of a directory and begins a segment in it.
 *
 * @throws AuditError `AUDIT_LOCKED` when another process writes there, `AUDIT_DIRECTORY` for files that are not one chain,
 * `AUDIT_UNWRITABLE` when the disk does not take the first line
 */
export async function openAuditLog(options: AuditLogOptions): Promise<AuditLog> {
  const now = options.now ?? Date.now;
  const writer = await ChainWriter.open({
    segmentBytes: 32 * 1024 * 1024,
    segmentAgeMs: 86_400_000,
    retryMs: 1_000,
    disk: localDisk,
    ...options,
    now,
  });
  const log = new QueuedLog(writer, now, options.queueLimit ?? 10_000);
  if (options.signing !== undefined) log.signEvery(options.signing.everyMs ?? signEveryMs);
  return log;
}

class QueuedLog implements AuditLog {
  readonly #writer: ChainWriter;
  readonly #now: () => number;
  readonly #limit: number;
  #queue: Waiting[] = [];
  #queued = 0;
  #group: readonly Waiting[] = [];
  #running: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  readonly #listeners = new Set<() => void>();
  #isToSign = false;
  #signing: NodeJS.Timeout | undefined;

  constructor(writer: ChainWriter, now: () => number, limit: number) {
    this.#writer = writer;
    this.#now = now;
    this.#limit = limit;
  }

  get chain(): string {
    return this.#writer.head.chain;
  }

  append(entry: Entry): Promise<Receipt> {
    return new Promise((resolve, reject) => {
      if (this.#closing !== undefined) throw new AuditError('AUDIT_CLOSED', 'the audit log is closed');
      const body = bodyOf(this.#now(), checkEntry(entry));
      if (this.#queue.length >= this.#limit || this.#queued + body.length > queueBytes) {
        throw new AuditError('AUDIT_OVERLOADED', `${this.#queue.length} entries wait for the audit disk`);
      }
      this.#queue.push({ body, since: performance.now(), resolve, reject });
      this.#queued += body.length;
      this.#start();
    });
  }

  head(): Receipt {
    return this.#writer.head;
  }

  stats(): AuditStats {
    const first = this.#group[0] ?? this.#queue[0];
    return {
      ...this.#writer.stats(),
      waiting: this.#group.length + this.#queue.length,
      waitingMs: first === undefined ? 0 : performance.now() - first.since,
    };
  }

  onDurable(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** From now on no head stays without a signature for longer than `ms`. */
  signEvery(ms: number): void {
    this.#signing = setInterval(() => {
      if (this.#writer.unsigned === 0 || this.#closing !== undefined) return;
      this.#isToSign = true;
      this.#start();
    }, ms).unref();
  }

  close(reason = 'stopped'): Promise<void> {
    this.#closing ??= (async () => {
      clearInterval(this.#signing);
      await this.#running;
      await this.#writer.close(reason);
    })();
    return this.#closing;
  }

  #start(): void {
    this.#running ??= Promise.resolve().then(() => this.#run());
  }

  /** All that wait become one group; who comes while it is written waits for the next. */
  async #run(): Promise<void> {
    while (this.#queue.length > 0 || this.#isToSign) {
      this.#group = this.#take();
      const sign = this.#isToSign;
      this.#isToSign = false;
      try {
        const receipts = await this.#writer.commit(
          this.#group.map(({ body }) => body),
          sign,
        );
        for (const [index, receipt] of receipts.entries()) this.#group[index]?.resolve(receipt);
        for (const listener of this.#listeners) listener();
      } catch (cause) {
        this.#refuse(cause);
      }
      this.#group = [];
    }
    this.#running = undefined;
  }

  #take(): readonly Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const { body } of this.#queue) {
      if (count > 0 && bytes + body.length > groupBytes) break;
      bytes += body.length;
      count += 1;
    }
    this.#queued -= bytes;
    return this.#queue.splice(0, count);
  }

  #refuse(cause: unknown): void {
    const error =
      cause instanceof AuditError
        ? cause
        : new AuditError('AUDIT_UNWRITABLE', 'the audit log broke', { cause });
    const refused = [...this.#group, ...this.#queue];
    this.#writer.countRefused(refused.length);
    this.#queue = [];
    this.#queued = 0;
    for (const { reject } of refused) reject(error);
  }
}
