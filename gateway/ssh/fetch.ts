/** A fetch on a channel: one operation, asked of the host in as many requests as its protocol makes of it. */
import { type CarryNeeds, cutGraceOf, type Exchange } from '../exchange.ts';
import type { AdvertisementRewriter } from '../git/advertisement.ts';
import { ArchiveRounds } from '../git/archive-rounds.ts';
import type { FetchRounds } from '../git/fetch-rounds.ts';
import { ProtocolError } from '../git/protocol-error.ts';
import type { AnswerWalker } from '../git/side-band.ts';
import { VersionTwoRounds } from '../git/version-two-rounds.ts';
import { VersionZeroRounds } from '../git/version-zero-rounds.ts';
import { carryFetch } from '../https/fetch.ts';
import { lostLease } from '../https/lost.ts';
import type { Outcome, Progress } from '../operations.ts';
import type { Passage } from '../passage.ts';
import { readRounds } from './client-rounds.ts';
import { advertise, type Exchanges } from './exchanges.ts';
import type { GitExec } from './exec-channel.ts';

/**
 * Serves a fetch to its end; how it ended is the operation's outcome.
 *
 * A client that is cut may take its grace to ask what it is about to: ssh goes with the channel, and git that writes to it then
 * is ended by a signal before it reads why.
 */
export async function serveFetch(
  needs: CarryNeeds,
  exec: GitExec,
  exchanges: Exchanges,
  path: string,
  passage: Passage,
): Promise<Progress> {
  const { operation, lease } = passage;
  const { first, walker } = await advertise(needs, exchanges, path, passage);
  const rounds = roundsOf(first, walker, needs.limits().maxFetchRequestBytes);
  if (operation.outcome !== undefined) {
    if (await sayIfUnsaid(needs, exchanges, passage, walker)) {
      const client = readRounds(exec, rounds, lease);
      await client.spoken(cutGraceOf(needs, passage));
      client.stop();
    }
    return 'advertised';
  }

  return await carryRounds(needs, exec, exchanges, path, passage, rounds);
}

/** Carries an archive, which begins with the client's request; otherwise as a fetch. */
export async function serveArchive(
  needs: CarryNeeds,
  exec: GitExec,
  exchanges: Exchanges,
  path: string,
  passage: Passage,
): Promise<Progress> {
  const rounds = new ArchiveRounds(needs.limits().maxFetchRequestBytes);
  return await carryRounds(needs, exec, exchanges, path, passage, rounds);
}

async function carryRounds(
  needs: CarryNeeds,
  exec: GitExec,
  exchanges: Exchanges,
  path: string,
  passage: Passage,
  rounds: FetchRounds,
): Promise<Progress> {
  const { operation, lease } = passage;
  const client = readRounds(exec, rounds, lease);
  let progress: Progress = 'advertised';
  try {
    for (;;) {
      const round = await client.next();
      if (round === 'over') return progress;
      if (round === 'left') {
        operation.outcome = { outcome: 'client-left' };
        return progress;
      }
      const exchange = exchanges.next();
      if (round === 'lost') {
        const { shown, outcome } = await lostLease(needs, passage, lease);
        operation.outcome = outcome;
        exchange.refuse(shown);
        await client.spoken(cutGraceOf(needs, passage));
        return progress;
      }
      if (round instanceof ProtocolError) {
        const reason = round.code === 'PROTOCOL_TOO_LARGE' ? 'request-too-long' : 'protocol';
        operation.outcome = { outcome: 'refused', reason, detail: round.message };
        exchange.refuse({ lines: [`sluice: ${round.message}`], phrase: '' });
        return progress;
      }
      const carried = await carryFetch(needs, exchange, path, passage, round, round.walker);
      if (carried === 'complete' || progress === 'advertised') progress = carried;
      if (!isCompleted(operation.outcome)) {
        if (!round.walker.carriedPack && (await sayIfUnsaid(needs, exchanges, passage, round.walker)))
          await client.spoken(cutGraceOf(needs, passage));
        return progress;
      }
    }
  } finally {
    client.stop();
  }
}

/** An answer that was whole when its lease was lost has no place for the reason; what the client reads next has: true when it was said. */
async function sayIfUnsaid(
  needs: CarryNeeds,
  exchanges: Exchanges,
  passage: Passage,
  { state }: AnswerWalker,
): Promise<boolean> {
  if (state !== 'end' || passage.lease.loss === undefined) return false;
  await exchanges.over();
  const { shown } = await lostLease(needs, passage, passage.lease);
  exchanges.next().refuse(shown);
  return true;
}

function isCompleted(outcome: Outcome | undefined): boolean {
  return outcome?.outcome === 'completed';
}

/** In the version that the host speaks: its own server may not let `GIT_PROTOCOL` through. */
function roundsOf(
  { upstream }: Exchange,
  { version }: Pick<AdvertisementRewriter, 'version'>,
  limit: number,
): FetchRounds {
  if (version === 2) return new VersionTwoRounds(limit);
  return new VersionZeroRounds(version, limit, upstream.transport === 'ssh' ? 'everything' : 'nothing');
}
