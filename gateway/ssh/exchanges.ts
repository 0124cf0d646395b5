/** The exchanges of one `exec`, one after another on its channel: what is an HTTP response at the other door is a stretch of it here. */
import type { Call } from '../conductor.ts';
import type { CarryNeeds, Exchange } from '../exchange.ts';
import { AdvertisementRewriter } from '../git/advertisement.ts';
import { errorPkt } from '../git/refusal.ts';
import { pushRefusalReport, pushRefusalText } from '../git/report.ts';
import type { Service } from '../git/service.ts';
import { carryAdvertisement } from '../https/discovery.ts';
import type { Passage } from '../passage.ts';
import type { Upstream } from '../relay/upstream.ts';
import { ChannelAnswer } from './channel-answer.ts';
import type { GitExec } from './exec-channel.ts';

export interface Exchanges {
  /** Begins the next one; the one before is over. */
  next(): Exchange;
  /** Resolves when all of the last one's answer has been handed over, or nobody takes it any more. */
  over(): Promise<void>;
  /** The client has left. */
  readonly left: boolean;
}

/** Carries the host's advertisement down as the first exchange; resolves to how far the client has it. */
export async function advertise(
  needs: CarryNeeds,
  exchanges: Exchanges,
  path: string,
  passage: Passage,
): Promise<{ readonly first: Exchange; readonly walker: AdvertisementRewriter }> {
  const first = exchanges.next();
  const walker = new AdvertisementRewriter(first.service, first.upstream.transport === 'http', true);
  await carryAdvertisement(needs, first, path, passage, walker);
  return { first, walker };
}

export function exchangesOn(
  needs: Pick<CarryNeeds, 'limits'>,
  exec: GitExec,
  call: Call,
  { upstream, service }: { readonly upstream: Upstream; readonly service: Service },
): Exchanges {
  let response = new ChannelAnswer(exec);
  let left = false;
  void exec.closed.then(() => {
    left = true;
    response.destroy();
  });
  const connection: Exchange['connection'] = {
    ...call.connection,
    fellSilent: false,
    reset: exec.reset,
    // A lease watches what moves, and what is over is given its time in `over`.
    endAfterSilence: () => undefined,
    end: () => undefined,
  };
  return {
    get left() {
      return left;
    },
    next() {
      const answer = new ChannelAnswer(exec);
      response = answer;
      if (left) answer.destroy();
      return {
        ...call,
        upstream,
        service,
        request: exec.channel,
        response: answer,
        connection,
        begin: () => undefined,
        refuse: ({ lines }) => void answer.end(errorPkt(lines)),
        refusePush(dialect, { lines, phrase }) {
          // Nothing is drained: the channel ends, and with it what the client still sends. JGit would never end it by itself.
          answer.end(Buffer.concat([pushRefusalText(dialect, lines), pushRefusalReport(dialect, phrase)]));
          return Promise.resolve();
        },
      };
    },
    over: () =>
      new Promise((resolve) => {
        if (response.closed) return resolve();
        const timer = setTimeout(exec.reset, needs.limits().idleMs);
        response.once('close', () => {
          clearTimeout(timer);
          resolve();
        });
      }),
  };
}
