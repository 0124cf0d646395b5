/** The request of a push: its list read whole, of its pack what fits into one piece. */
import type { Readable } from 'node:stream';
import type { CommandList } from '../git/command-list.ts';
import { CommandListReader } from '../git/command-list-reader.ts';
import { boundedGunzip, contentCoding } from '../git/inflate.ts';
import { ProtocolError } from '../git/protocol-error.ts';
import type { PushDialect } from '../git/report.ts';
import type { Decision } from '../grants/decide.ts';
import type { Outcome } from '../operations.ts';
import { holdLimitBytes, holdUpTo } from '../relay/body.ts';
import type { Lease } from '../relay/lease.ts';
import type { Shown } from '../texts.ts';
import { plain, refusePush } from './answers.ts';
import type { HttpsCall, HttpsNeeds } from './call.ts';
import { leftOutcome } from './left.ts';

/** The head of a push and what of its body was held behind it. */
export interface ReadPush {
  readonly list: CommandList;
  readonly dialect: PushDialect;
  /** The pack's bytes so far. */
  readonly held: readonly Buffer[];
  /** The rest of the body; undefined when all of it is held. */
  readonly rest: Readable | undefined;
  /** Looks at each chunk of the rest; throws when the push grows too long. */
  readonly watch: (chunk: Buffer) => void;
}

/** How a push ended, and the refusal still to be written when the host did not answer it. */
export interface PushEnd {
  readonly outcome: Outcome;
  readonly shown?: Shown;
}

/**
 * Reads the head, and of the pack what fits into one piece; answers itself where it cannot go on. A lease that is lost ends
 * the reading once the list is whole: before, nobody knows how to say it.
 */
export async function readPush(
  needs: Pick<HttpsNeeds, 'limits'>,
  call: HttpsCall,
  lease: Pick<Lease<Decision>, 'signal' | 'moves'> | undefined = undefined,
): Promise<ReadPush | 'probe' | Outcome> {
  const { request, response } = call;
  const coding = contentCoding(request.headers['content-encoding']);
  if (coding === undefined) {
    plain(response, 415, ['sluice: only gzip is understood as Content-Encoding']);
    return { outcome: 'refused', reason: 'content-encoding' };
  }
  const limit = needs.limits().maxPushBytes ?? Number.POSITIVE_INFINITY;
  const source = coding === 'gzip' ? openedBody(request, limit) : request;
  const reader = new CommandListReader();
  let total = 0;
  let holding = true;
  const behind: Buffer[] = [];
  const seen = (chunk: Buffer): void => {
    lease?.moves();
    total += chunk.length;
    if (total > limit) throw new ProtocolError('PROTOCOL_TOO_LARGE', `a push here may have ${limit} bytes`);
    if (reader.isDone) {
      if (holding) behind.push(chunk);
    } else {
      const rest = reader.feed(chunk);
      if (rest !== undefined && rest.length > 0) behind.push(rest);
    }
  };
  let ended: boolean;
  try {
    // The whole list, however long; of the pack no more than makes one piece.
    ended = (
      await holdUpTo(
        source,
        Number.POSITIVE_INFINITY,
        seen,
        () => reader.isDone && (total >= holdLimitBytes || lease?.signal.aborted === true),
        lease?.signal,
      )
    ).ended;
    if (!reader.isDone && ended)
      throw new ProtocolError(
        'PROTOCOL_COMMANDS',
        'this push cannot be taken: it ends inside its list of commands',
      );
  } catch (error) {
    if (!(error instanceof ProtocolError)) {
      response.destroy();
      return leftOutcome(call.connection);
    }
    const { outcome, shown } = notTaken(error);
    await refusePush(call, dialectOf(reader), shown);
    return outcome;
  }
  holding = false;
  if (reader.isProbe) return 'probe';
  return {
    list: reader.list(),
    dialect: dialectOf(reader),
    held: behind,
    rest: ended ? undefined : source,
    watch: seen,
  };
}

/** The body behind its gzip; when the client leaves, it breaks instead of ending. */
function openedBody(request: Readable, limit: number): Readable {
  const { input, output } = boundedGunzip(limit);
  const onClose = (): void => {
    if (!request.readableEnded) output.destroy(new Error('the client left before its request was whole'));
  };
  request.pipe(input);
  request.once('close', onClose);
  // One that left before anybody read closes no more.
  if (request.destroyed) onClose();
  return output;
}

/** How to answer, as far as the list was read. */
function dialectOf(reader: CommandListReader): PushDialect {
  const { capabilities, updates } = reader.soFar();
  const chose = (name: string): boolean => capabilities.some(({ key }) => key === name);
  return {
    sideBand: chose('side-band-64k') ? 'side-band-64k' : chose('side-band') ? 'side-band' : 'none',
    reportStatus: chose('report-status') || chose('report-status-v2'),
    refs: updates.map(({ ref, refBytes }) => refBytes ?? ref),
  };
}

/** A push the protocol forbids. */
export function notTaken(error: ProtocolError): Required<PushEnd> {
  return {
    outcome: { outcome: 'refused', reason: 'protocol', detail: error.message },
    shown: { lines: [`sluice: ${error.message}`], phrase: 'not taken by the gateway' },
  };
}
