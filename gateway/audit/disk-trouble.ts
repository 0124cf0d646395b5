/** The time in which the disk takes nothing: who was refused, when to try again, and what to say of it afterwards. */
import { performance } from 'node:perf_hooks';
import type { AuditAlarm } from './alarm.ts';
import { AuditError } from './audit-error.ts';

/** Trouble of one directory; begins with a commit that found no place and ends with the next that does. */
export class DiskTrouble {
  readonly #directory: string;
  readonly #retryMs: number;
  readonly #onAlarm: (alarm: AuditAlarm) => void;
  #failure: { readonly error: AuditError; readonly at: number } | undefined;
  #refused = 0;

  constructor(directory: string, retryMs: number, onAlarm: (alarm: AuditAlarm) => void) {
    this.#directory = directory;
    this.#retryMs = retryMs;
    this.#onAlarm = onAlarm;
  }

  /** Entries refused since the disk last took one. */
  get refused(): number {
    return this.#refused;
  }

  get lasts(): boolean {
    return this.#failure !== undefined;
  }

  countRefused(count: number): void {
    this.#refused += count;
  }

  /** @throws AuditError the failure itself, while the disk is left alone */
  mustRetryNow(): void {
    const failure = this.#failure;
    if (failure !== undefined && performance.now() - failure.at < this.#retryMs) throw failure.error;
  }

  /** Notes a commit that found no place. */
  begin(cause: unknown): AuditError {
    const message = `${this.#directory} takes no entries: ${messageOf(cause)}`;
    const error = new AuditError('AUDIT_UNWRITABLE', message, { cause });
    if (this.#failure === undefined) this.#onAlarm({ kind: 'audit-unwritable', message, cause });
    this.#failure = { error, at: performance.now() };
    return error;
  }

  /** Notes a commit that found a place. */
  end(): void {
    if (this.#failure === undefined) return;
    const message = `${this.#refused} entries were refused before the disk took one again`;
    this.#failure = undefined;
    this.#refused = 0;
    this.#onAlarm({ kind: 'audit-writable-again', message });
  }

  /** What the next segment says of it, if there is trouble. */
  told(): readonly AuditAlarm[] {
    if (this.#failure === undefined) return [];
    return [{ kind: 'audit-unwritable', message: this.#failure.error.message, count: this.#refused }];
  }
}

/** What went wrong, in a clause. */
export function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
