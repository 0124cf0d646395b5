/** Checkpoints sent elsewhere: each posted, signed per Standard Webhooks, to whoever keeps them; the log never waits for it. */
import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';

export interface WitnessWebhookOptions {
  readonly url: string;
  /** `whsec_…`; asked for at each call, since it may have been exchanged. */
  secret(): Promise<string>;
  /** Told each time a call was not taken; what it carried is sent again. */
  onTrouble(error: unknown): void;
  /** From a call that was not taken to the next try of it; each further one waits twice as long. */
  readonly retryMs?: number;
  readonly timeoutMs?: number;
}

export interface WitnessWebhook {
  /** Takes a checkpoint's line and answers at once. */
  take(line: string): void;
  /** Tries once more to send what waits; resolves when it was taken or not. */
  close(): Promise<void>;
}

/** Checkpoints that may wait; then the oldest go, since each vouches for all before it. */
const waitingAtMost = 1_000;
/** Tries without a new checkpoint; after them the next one is the next try. */
const triesAtMost = 6;

/** Makes one call, whose body is the line and a newline; the status it is answered with. Rejects when it is not, and for a redirection. */
export async function postLine({
  url,
  secret,
  line,
  signal,
}: {
  readonly url: string;
  readonly secret: string;
  readonly line: string;
  readonly signal: AbortSignal;
}): Promise<number> {
  const body = `${line}\n`;
  const id = `msg_${randomBytes(12).toString('hex')}`;
  const sentAt = new Date();
  const response = await fetch(url, {
    method: 'POST',
    redirect: 'error',
    signal,
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1_000)),
      'webhook-signature': new Webhook(secret).sign(id, sentAt, body),
    },
    body,
  });
  await response.body?.cancel();
  return response.status;
}

/**
 * The body of a call is one checkpoint and a newline: JSON for whoever verifies the call, and appended to a file an anchor for
 * `verify`. One call at a time, in the order of the chain; a receiver may be given a line twice, and a repeated line is no fault there.
 */
export function openWitnessWebhook({
  url,
  secret,
  onTrouble,
  retryMs = 5_000,
  timeoutMs = 10_000,
}: WitnessWebhookOptions): WitnessWebhook {
  const waiting: string[] = [];
  let running: Promise<void> | undefined;
  let tries = 0;
  let timer: NodeJS.Timeout | undefined;
  let isClosing = false;

  const post = async (line: string): Promise<void> => {
    const status = await postLine({
      url,
      secret: await secret(),
      line,
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (status < 200 || status > 299)
      throw new Error(`${new URL(url).origin} answered ${status} to a checkpoint`);
  };
  const send = async (): Promise<void> => {
    for (let [line] = waiting; line !== undefined; [line] = waiting) {
      try {
        await post(line);
        // It may have gone meanwhile, as the oldest of too many.
        if (waiting[0] === line) waiting.shift();
        tries = 0;
      } catch (error) {
        tries += 1;
        onTrouble(error);
        if (!isClosing && tries < triesAtMost) timer = setTimeout(begin, retryMs * 2 ** (tries - 1)).unref();
        return;
      }
    }
  };
  const begin = (): void => {
    clearTimeout(timer);
    running ??= send().finally(() => {
      running = undefined;
      // It came while the last call ended.
      if (tries === 0 && waiting.length > 0) begin();
    });
  };
  return {
    take(line) {
      waiting.push(line);
      if (waiting.length > waitingAtMost) waiting.shift();
      if (tries >= triesAtMost) tries = 0;
      // While a call is tried again, what is new waits with it.
      if (tries === 0) begin();
    },
    async close() {
      isClosing = true;
      await running;
      begin();
      await running;
    },
  };
}
