/** The channel of one `exec`, and what the SSH door says of it: all that serving git on it needs. */
import type { Duplex, Writable } from 'node:stream';
import type { WrittenRepository } from '../git/repository-name.ts';
import type { Evidence } from '../identity/authorization.ts';
import type { Origin } from '../recorder.ts';
import type { SshService } from './exec-command.ts';

/** As ssh2's server gives it. */
export interface ExecChannel extends Duplex {
  readonly stderr: Writable;
  /** Sends the exit status; to be followed by `end` and by nothing else. */
  exit(code: number): void;
}

/** One `exec` of a git service. */
export interface GitExec {
  readonly channel: ExecChannel;
  /** Resolves when the channel, or the connection under it, is gone: also while nobody reads the channel. */
  readonly closed: Promise<void>;
  /** The socket under the connection; a channel itself takes what the client's window has room for, whatever waits here. */
  readonly socket: Pick<Writable, 'writableNeedDrain' | 'once' | 'off'>;
  /** Drops what is still queued and ends the channel, and the connection unless others run on it and the client reads. */
  reset(): void;
  readonly service: SshService;
  readonly repository: WrittenRepository;
  /** `GIT_PROTOCOL`, well formed. */
  readonly gitProtocol: string | undefined;
  readonly evidence: Evidence;
  /** `SLUICE_WAIT=1`: a refusal is asked for, and waited for; `reason` is empty without `SLUICE_REASON`. */
  readonly waits?: { readonly reason: string };
  /** What somebody reads whom the evidence makes known to nobody. */
  readonly unknownLines: readonly string[];
  readonly origin: Origin;
}
