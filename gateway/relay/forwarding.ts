/** A question to a Git host on its way, and its answer, whatever carries them. */
import type { Readable } from 'node:stream';

/** What the host answers, without what carries it. */
export interface HostAnswer extends Readable {
  /** All of it has come, though not all of it may have been read. One that closes without is broken off. */
  readonly complete: boolean;
}

/** `answer` rejects when there is none: with an `UpstreamTroubleError`, or with the reason for which it was destroyed. */
export interface Forwarding<Answer extends HostAnswer = HostAnswer> {
  readonly answer: Promise<Answer>;
  /** Breaks it off: the host never sees a clean end. Harmless when repeated. */
  destroy(reason: Error): void;
}
