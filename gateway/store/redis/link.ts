/** Keeps one way open to whichever server is the primary now: opened anew elsewhere when it moves, ends, or refuses changes. */
import { setTimeout as delay } from 'node:timers/promises';
import type { HostPort, RedisAccess } from './address.ts';
import { openClient } from './client.ts';
import type { Primary } from './primary.ts';

/** One connection for commands and one for published messages, to one server. */
export interface Way {
  readonly to: HostPort;
  /** Sends at once; rejects with what the server answered. A server that is no primary any more ends the way. */
  send(args: readonly string[]): Promise<unknown>;
}

export interface Link {
  /** The way that may be used now; undefined while there is none. */
  readonly way: Way | undefined;
  /** The first way; rejects with what stood against it once that long has passed and one attempt has failed. */
  opened(withinMs: number): Promise<void>;
  /** Gives the way up, as if the server had. */
  leave(way: Way, reason: Error): void;
  close(): void;
}

export interface LinkNeeds {
  readonly primary: Primary;
  readonly access: RedisAccess;
  readonly channel: string;
  onMessage(message: string): void;
  /** Looks at a way before anybody uses it; it is left when this rejects. */
  look(way: Way): Promise<void>;
  /** A way may be used from now on; messages may have been missed if there was one before. */
  onOpen(): void;
  onTrouble(error: unknown): void;
}

const firstBackOffMs = 20;
const longestBackOffMs = 1_000;
/** A way that lasted this long was a good one: the next is tried at once. */
const steadyAfterMs = 2_000;

/** What a server says that cannot take our changes, now or any more. */
const notHere = /^(READONLY|MOVED|LOADING|MASTERDOWN|CLUSTERDOWN)\b/;

export function openLink(needs: LinkNeeds): Link {
  const { primary, access } = needs;
  const closing = new AbortController();
  let current: { readonly way: Way; readonly leave: (reason: Error) => void } | undefined;
  let leaveLooking: ((reason: Error) => void) | undefined;
  let failure: unknown;
  const [firstOpened, first] = signal();
  const [firstFailed, failedOnce] = signal();

  /** Opens a way and resolves with why it is over. */
  const once = async (): Promise<Error> => {
    const to = await primary.find();
    const commands = await openClient(to, access);
    const leave = (reason: Error): void => commands.close(reason);
    leaveLooking = leave;
    let stopWatching = (): void => undefined;
    try {
      if (closing.signal.aborted) throw new Error('the store was closed');
      const way: Way = {
        to,
        send: (args) =>
          commands.send(args).catch((error: unknown) => {
            if (error instanceof Error && notHere.test(error.message)) leave(error);
            throw error;
          }),
      };
      const subscriber = await openClient(to, access);
      void subscriber.ended.then(leave);
      void commands.ended.then((reason) => subscriber.close(reason));
      await primary.verify(commands);
      await subscriber.subscribe(needs.channel, needs.onMessage);
      await needs.look(way);
      stopWatching = primary.watch(to, () => leave(new Error('the primary has moved')));
      current = { way, leave };
      needs.onOpen();
      first();
      return await commands.ended;
    } finally {
      current = undefined;
      leaveLooking = undefined;
      stopWatching();
      commands.close();
    }
  };

  const running = async (): Promise<void> => {
    let failed = 0;
    while (!closing.signal.aborted) {
      const startedAtMs = performance.now();
      failure = await once().catch((error: unknown) => error);
      failed = performance.now() - startedAtMs > steadyAfterMs ? 0 : failed + 1;
      if (closing.signal.aborted) return;
      needs.onTrouble(failure);
      failedOnce();
      // Jitter: two hundred nodes must not come back in the same instant.
      const backOffMs = Math.min(firstBackOffMs * 2 ** Math.min(failed, 10), longestBackOffMs);
      await delay(backOffMs * (0.5 + Math.random() / 2), undefined, { signal: closing.signal }).catch(
        () => undefined,
      );
    }
  };
  void running();

  return {
    get way() {
      return current?.way;
    },
    async opened(withinMs) {
      const timer = new AbortController();
      // Each attempt ends by itself, so one that is under way is waited for: it knows best what is wrong.
      const late = Promise.all([
        firstFailed,
        delay(withinMs, undefined, { signal: timer.signal }).catch(() => undefined),
      ]).then(() => Promise.reject(failure as Error));
      await Promise.race([firstOpened, late]).finally(() => timer.abort());
    },
    leave(way, reason) {
      if (current?.way === way) current.leave(reason);
    },
    close() {
      closing.abort();
      const reason = new Error('the store was closed');
      current?.leave(reason);
      leaveLooking?.(reason);
      primary.close();
    },
  };
}

/** A promise and what resolves it. */
function signal(): readonly [Promise<void>, () => void] {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return [promise, resolve];
}
