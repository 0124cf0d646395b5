/** A push on a channel: the advertisement, then one request for the host, which ends where the pack does. */
import type { CarryNeeds } from '../exchange.ts';
import { CommandListReader, commandBounds } from '../git/command-list-reader.ts';
import { lostLease } from '../https/lost.ts';
import { carryPush } from '../https/push.ts';
import { readPushFrom } from '../https/push-request.ts';
import type { Progress } from '../operations.ts';
import type { Passage } from '../passage.ts';
import { advertise, type Exchanges } from './exchanges.ts';
import type { GitExec } from './exec-channel.ts';

/** Serves a push to its end; how it ended is the operation's outcome. */
export async function servePush(
  needs: CarryNeeds,
  exec: GitExec,
  exchanges: Exchanges,
  path: string,
  passage: Passage,
): Promise<Progress> {
  const { operation, lease } = passage;
  const { walker } = await advertise(needs, exchanges, path, passage);
  // An advertisement that was whole when the lease was lost had no place for the reason; the answer to the push has.
  const isUnsaid = walker.state === 'end' && lease.loss !== undefined && !exchanges.left;
  if (operation.outcome !== undefined && !isUnsaid) return 'advertised';
  await exchanges.over();

  const exchange = exchanges.next();
  const reader = new CommandListReader(commandBounds, walker.advertised);
  const read = await untilSilent(needs, exec, lease.signal, () =>
    readPushFrom(needs, exchange, exec.channel, reader, lease, true),
  );
  // A lone flush: everything is up to date, and the host is not asked.
  if (read === 'probe') {
    exchange.response.end();
    return 'advertised';
  }
  if ('outcome' in read) {
    // What broke off behind the loss of the lease broke off by it.
    operation.outcome = lease.loss === undefined ? read : (await lostLease(needs, passage, lease)).outcome;
    return 'exchanged';
  }
  return await carryPush(needs, exchange, path, passage, read);
}

/**
 * A push whose lease is lost before its commands came is refused behind them, since nothing sooner reaches the person: a hook
 * may be running there. One that never sends them does not keep its channel.
 */
async function untilSilent<T>(
  needs: Pick<CarryNeeds, 'limits'>,
  exec: Pick<GitExec, 'reset'>,
  lost: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const onLost = (): void => {
    timer = setTimeout(exec.reset, needs.limits().idleMs);
  };
  if (lost.aborted) onLost();
  else lost.addEventListener('abort', onLost);
  try {
    return await work();
  } finally {
    clearTimeout(timer);
    lost.removeEventListener('abort', onLost);
  }
}
