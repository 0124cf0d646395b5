/** `POST git-upload-pack`: the request is read whole and checked, goes up as it came, and its answer comes down under the lease. */
import { Readable } from 'node:stream';
import type { CarryNeeds, Exchange } from '../exchange.ts';
import { FetchRequestReader } from '../git/fetch-request.ts';
import { boundedGunzip, contentCoding } from '../git/inflate.ts';
import { ProtocolError, tooLongFetch } from '../git/protocol-error.ts';
import type { SectionUntil } from '../git/section-end.ts';
import { resultType } from '../git/service.ts';
import { type AnswerWalker, SideBandWalker } from '../git/side-band.ts';
import type { Decision } from '../grants/decide.ts';
import type { Outcome } from '../operations.ts';
import type { Passage } from '../passage.ts';
import { holdUpTo } from '../relay/body.ts';
import type { Lease } from '../relay/lease.ts';
import { plain } from './answers.ts';
import type { HttpsCall, HttpsNeeds } from './call.ts';
import { carryDown } from './carry-down.ts';
import { leftOutcome } from './left.ts';
import { answerWithout, askUpstream, serviceAsk } from './upstream-answer.ts';

/** Serves one request of a fetch under its passage. */
export async function serveFetch(
  needs: HttpsNeeds,
  call: HttpsCall,
  path: string,
  passage: Passage,
): Promise<void> {
  const { request, response } = call;
  const { lease, operation } = passage;
  let progress: 'exchanged' | 'complete' = 'exchanged';
  try {
    const read = await readRequest(needs, call, lease);
    if ('outcome' in read) {
      operation.outcome = read;
      return;
    }
    const coding = request.headers['content-encoding'];
    const walker = new SideBandWalker(read.reader.answerShape());
    progress = await carryFetch(needs, call, path, passage, read, walker, coding);
  } finally {
    passage.done(progress, response.statusCode);
  }
}

/** Sends one request of a fetch up and carries its answer down; how that ended is the operation's outcome. */
export async function carryFetch(
  needs: CarryNeeds,
  call: Exchange,
  path: string,
  passage: Passage,
  {
    body,
    bytes,
    until = 'stream',
  }: { readonly body: readonly Buffer[]; readonly bytes: number; readonly until?: SectionUntil },
  walker: AnswerWalker & { readonly carriedPack: boolean },
  coding?: string,
): Promise<'exchanged' | 'complete'> {
  const { protocol, service } = call;
  const { lease, operation } = passage;
  operation.bytesUp += bytes;
  needs.carried('up', bytes);
  const asked = await askUpstream(
    needs,
    call,
    serviceAsk(
      call,
      path,
      { body: Readable.from(body, { objectMode: false }), length: bytes, fresh: false, until },
      {
        ...(coding === undefined ? {} : { 'content-encoding': coding }),
        ...(protocol > 0 ? { 'git-protocol': `version=${protocol}` } : {}),
      },
    ),
    lease,
  );
  if (asked.kind !== 'answered') {
    await answerWithout(needs, call, passage, lease, asked);
    return 'exchanged';
  }
  const outcome = await carryDown(needs, call, passage, lease, asked.answer, walker, resultType(service));
  operation.outcome = outcome ?? { outcome: 'completed' };
  return outcome === undefined && walker.carriedPack ? 'complete' : 'exchanged';
}

interface ReadRequest {
  readonly body: readonly Buffer[];
  readonly bytes: number;
  readonly reader: FetchRequestReader;
}

/** Reads the request whole, looking into an inflated copy; an outcome when it was answered with why not, or the client left. */
async function readRequest(
  needs: HttpsNeeds,
  call: HttpsCall,
  lease: Lease<Decision>,
): Promise<ReadRequest | Outcome> {
  const { request, response, protocol, connection } = call;
  const limit = needs.limits().maxFetchRequestBytes;
  const refuse = (status: number, reason: string, text: string): Outcome => {
    plain(response, status, [`sluice: ${text}`]);
    return { outcome: 'refused', reason };
  };
  const coding = contentCoding(request.headers['content-encoding']);
  if (coding === undefined)
    return refuse(415, 'content-encoding', 'only gzip is understood as Content-Encoding');
  const reader = new FetchRequestReader(protocol as 0 | 1 | 2);
  try {
    const held = await holdUpTo(request, limit + 1, () => void lease.moves());
    if (!held.ended) throw tooLongFetch(limit);
    for await (const chunk of opened(held.chunks, coding, limit)) reader.feed(chunk);
    reader.end();
    return { body: held.chunks, bytes: held.bytes, reader };
  } catch (error) {
    if (!(error instanceof ProtocolError)) {
      response.destroy();
      return leftOutcome(connection);
    }
    if (error.code === 'PROTOCOL_TOO_LARGE') return refuse(413, 'request-too-long', error.message);
    call.refuse({ lines: [`sluice: ${error.message}`], phrase: '' });
    return { outcome: 'refused', reason: 'protocol', detail: error.message };
  }
}

async function* opened(
  chunks: readonly Buffer[],
  coding: 'identity' | 'gzip',
  limit: number,
): AsyncIterable<Buffer> {
  if (coding === 'identity') {
    yield* chunks;
    return;
  }
  const { input, output } = boundedGunzip(limit);
  Readable.from(chunks, { objectMode: false }).pipe(input);
  yield* output as AsyncIterable<Buffer>;
}
