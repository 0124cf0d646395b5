/** One git command running on a host: asked and answered in turns on its channel, as smart HTTP asks in requests. */
import type { Readable } from 'node:stream';
import type { SectionUntil } from '../../git/section-end.ts';
import type { Forwarding } from '../forwarding.ts';
import { HostStream, type HostStreamOptions } from './host-stream.ts';
import type { PooledExec } from './pool.ts';
import type { SectionAnswer } from './section-answer.ts';

export interface HostAsk {
  readonly body: Readable;
  readonly until: SectionUntil;
  /** Nothing is said to the host behind it. */
  readonly isLast: boolean;
}

export interface HostExec {
  /** Asks, once the answer before is over. The first one opens the channel. */
  ask(ask: HostAsk): Forwarding;
  /** Says that nothing more is asked; resolves to the exit status. Undefined: there is none, or it is not waited for longer. */
  finish(): Promise<number | undefined>;
  /** Ends what still runs. Harmless when repeated. */
  leave(): void;
}

export interface HostExecOptions extends HostStreamOptions {
  /** @param fresh on a new connection */
  open(fresh: boolean): Promise<PooledExec>;
}

export function runOnHost(options: HostExecOptions): HostExec {
  let stream: HostStream | undefined;
  let left = false;

  /** Opens the channel and waits for its first byte: until then, what breaks on a kept connection is tried once more anew. */
  const opened = async (fresh: boolean): Promise<HostStream> => {
    const running = await options.open(fresh);
    const next = new HostStream(running, options);
    stream = next;
    if (left) next.leave();
    if ((await next.begun) === 'broke' && running.kept && !left) return await opened(true);
    return next;
  };

  const ask = ({ body, until, isLast }: HostAsk): Forwarding => {
    let broken: Error | undefined;
    let section: SectionAnswer | undefined;
    let settle!: { resolve: (answer: SectionAnswer) => void; reject: (error: Error) => void };
    const answer = new Promise<SectionAnswer>((resolve, reject) => {
      settle = { resolve, reject };
    });
    answer.catch(() => undefined);
    const destroy = (reason: Error): void => {
      broken ??= reason;
      settle.reject(reason);
      section?.destroy();
      left = true;
      stream?.leave();
    };
    body.once('error', destroy);
    body.once('close', () => {
      if (!body.readableEnded) destroy(new Error('the request body broke off'));
    });
    const run = async (): Promise<void> => {
      const host = stream ?? (await opened(false));
      if (broken !== undefined) return;
      section = host.section(until);
      host.take(body, isLast);
      await host.answers(section);
      settle.resolve(section);
    };
    run().catch((error: unknown) => settle.reject(error as Error));
    return { answer, destroy };
  };

  return {
    ask,
    finish: async () => await stream?.finish(),
    leave() {
      left = true;
      stream?.leave();
    },
  };
}
