/** Reads a fetch's requests from its channel, one at a time, while the lease may be lost and the client may leave. */
import type { FetchRound, FetchRounds } from '../git/fetch-rounds.ts';
import { fetchFault, ProtocolError } from '../git/protocol-error.ts';
import type { Decision } from '../grants/decide.ts';
import type { Lease } from '../relay/lease.ts';
import type { GitExec } from './exec-channel.ts';

export interface ClientRounds {
  /** `over`: nothing more comes; `lost`: the lease is; an error: what came cannot be taken. */
  next(): Promise<FetchRound | 'over' | 'left' | 'lost' | ProtocolError>;
  /** Resolves when the client has said what it had to say next, can say nothing more, or `withinMs` are over. */
  spoken(withinMs: number): Promise<void>;
  stop(): void;
}

/** Bytes of requests that may wait while one is answered; clients send one or two rounds ahead. */
const aheadBytes = 65_536;

export function readRounds(
  { channel, closed }: Pick<GitExec, 'channel' | 'closed'>,
  rounds: FetchRounds,
  lease: Pick<Lease<Decision>, 'signal' | 'moves'>,
): ClientRounds {
  let fault: ProtocolError | undefined;
  let ended = channel.readableEnded;
  let left = false;
  let wake: () => void = () => undefined;

  const faulty = (error: unknown): ProtocolError => {
    if (!(error instanceof ProtocolError)) throw error;
    channel.pause();
    channel.off('data', onData);
    fault ??= error;
    return fault;
  };
  const onData = (chunk: Buffer): void => {
    lease.moves();
    try {
      rounds.feed(chunk);
    } catch (error) {
      faulty(error);
    }
    if (rounds.waitingBytes > aheadBytes) channel.pause();
    wake();
  };
  const onEnd = (): void => {
    ended = true;
    wake();
  };
  const onLost = (): void => wake();
  channel.on('data', onData).on('end', onEnd);
  lease.signal.addEventListener('abort', onLost);
  void closed.then(() => {
    left = true;
    wake();
  });

  const look = (): FetchRound | 'over' | 'left' | 'lost' | ProtocolError | undefined => {
    if (lease.signal.aborted) return 'lost';
    try {
      const round = rounds.next();
      if (round !== undefined) return round;
    } catch (error) {
      return faulty(error);
    }
    if (fault !== undefined) return fault;
    if (!ended && !left) return undefined;
    if (rounds.isAtRest) return 'over';
    return left ? 'left' : fetchFault('it ends in the middle');
  };

  const hasSpoken = (): boolean => {
    if (ended || left || fault !== undefined) return true;
    try {
      return rounds.next() !== undefined;
    } catch (error) {
      faulty(error);
      return true;
    }
  };
  const woken = (): Promise<void> => {
    const waking = new Promise<void>((resolve) => {
      wake = resolve;
    });
    channel.resume();
    return waking;
  };

  return {
    async next() {
      for (;;) {
        const found = look();
        if (found !== undefined) return found;
        await woken();
      }
    },
    async spoken(withinMs) {
      let late = withinMs === 0;
      const timer = setTimeout(() => {
        late = true;
        wake();
      }, withinMs);
      while (!late && !hasSpoken()) await woken();
      clearTimeout(timer);
    },
    stop() {
      channel.off('data', onData).off('end', onEnd);
      lease.signal.removeEventListener('abort', onLost);
    },
  };
}
