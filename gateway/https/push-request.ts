/** The request of a push: its list read whole, of its pack what fits into one piece. */
import type { Readable } from 'node:stream';
import type { CarryNeeds, Exchange } from '../exchange.ts';
import type { CommandList } from '../git/command-list.ts';
import { CommandListReader } from '../git/command-list-reader.ts';
import { boundedGunzip, contentCoding } from '../git/inflate.ts';
import { PackEnd } from '../git/pack-end.ts';
import { damagedPack, ProtocolError } from '../git/protocol-error.ts';
import type { PushDialect } from '../git/report.ts';
import type { Decision } from '../grants/decide.ts';
import type { Outcome } from '../operations.ts';
import { holdLimitBytes, holdUpTo } from '../relay/body.ts';
import type { Lease } from '../relay/lease.ts';
import type { Shown } from '../texts.ts';
import { plain } from './answers.ts';
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

type Reading = Pick<Lease<Decision>, 'signal' | 'moves'>;

/** Reads the request of a push; answers itself where it cannot go on. */
export async function readPush(
  needs: Pick<HttpsNeeds, 'limits'>,
  call: HttpsCall,
  lease: Reading | undefined = undefined,
): Promise<ReadPush | 'probe' | Outcome> {
  const { request, response } = call;
  const coding = contentCoding(request.headers['content-encoding']);
  if (coding === undefined) {
    plain(response, 415, ['sluice: only gzip is understood as Content-Encoding']);
    return { outcome: 'refused', reason: 'content-encoding' };
  }
  const limit = needs.limits().maxPushBytes ?? Number.POSITIVE_INFINITY;
  const source = coding === 'gzip' ? openedBody(request, limit) : request;
  return await readPushFrom(needs, call, source, new CommandListReader(), lease);
}

/**
 * Reads the head, and of the pack what fits into one piece; answers itself where it cannot go on. A lease that is lost ends
 * the reading once the list is whole: before, nobody knows how to say it.
 *
 * @param isOpenEnded nothing but the pack says where the push ends, as on a stream whose client waits for the report. What
 * ends before it does is not taken
 */
export async function readPushFrom(
  needs: Pick<CarryNeeds, 'limits'>,
  call: Exchange,
  source: Readable,
  reader: CommandListReader,
  lease: Reading | undefined,
  isOpenEnded = false,
): Promise<ReadPush | 'probe' | Outcome> {
  const { response } = call;
  const limit = needs.limits().maxPushBytes ?? Number.POSITIVE_INFINITY;
  let pack: PackEnd | undefined;
  let list: CommandList | undefined;
  const listed = (): CommandList => {
    list ??= reader.list();
    return list;
  };
  let total = 0;
  let holding = true;
  const behind: Buffer[] = [];
  const take = (chunk: Buffer): void => {
    behind.push(chunk);
    if (!isOpenEnded) return;
    pack ??= new PackEnd(listed().objectFormat);
    pack.feed(chunk);
  };
  const seen = (chunk: Buffer): void => {
    lease?.moves();
    total += chunk.length;
    if (total > limit) throw new ProtocolError('PROTOCOL_TOO_LARGE', `a push here may have ${limit} bytes`);
    if (reader.isDone) {
      if (holding) take(chunk);
    } else {
      const rest = reader.feed(chunk);
      if (rest !== undefined && rest.length > 0) take(rest);
    }
  };
  const isWhole = (): boolean => {
    if (!isOpenEnded || !reader.isDone) return false;
    return reader.isProbe || !listed().expectsPack || pack?.isWhole === true;
  };
  let ended: boolean;
  try {
    // The whole list, however long; of the pack no more than makes one piece.
    ended = (
      await holdUpTo(
        source,
        Number.POSITIVE_INFINITY,
        seen,
        () => isWhole() || (reader.isDone && (total >= holdLimitBytes || lease?.signal.aborted === true)),
        lease?.signal,
      )
    ).ended;
    if (isOpenEnded && ended && total === 0) return 'probe';
    if (!reader.isDone && ended)
      throw new ProtocolError(
        'PROTOCOL_COMMANDS',
        'this push cannot be taken: it ends inside its list of commands',
      );
    if (isOpenEnded && ended && !isWhole()) throw damagedPack();
    ended ||= isWhole();
  } catch (error) {
    if (!(error instanceof ProtocolError) || response.destroyed) {
      response.destroy();
      return leftOutcome(call.connection);
    }
    const { outcome, shown } = notTaken(error);
    await call.refusePush(dialectOf(reader), shown);
    return outcome;
  }
  holding = false;
  if (reader.isProbe) return 'probe';
  return {
    list: listed(),
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
