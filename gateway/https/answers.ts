/** The answers that end a git request over HTTPS, each in the form its client shows to a person. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Unknown } from '../admission.ts';
import { errorAdvertisement, errorPkt } from '../git/refusal.ts';
import { type PushDialect, pushRefusalReport, pushRefusalText } from '../git/report.ts';
import { advertisementType, resultType, type Service } from '../git/service.ts';
import { drain } from '../relay/body.ts';
import type { Shown } from '../texts.ts';

/** Headers of every answer on git paths: not to be cached, sniffed, transformed or buffered by what stands in between. */
export const gitHeaders = {
  'cache-control': 'no-store, no-transform',
  'x-content-type-options': 'nosniff',
  'x-accel-buffering': 'no',
} as const;

/** Bytes of a refused push that are dropped before the connection is given up: far more than an honest client has left. */
const drainLimitBytes = 64 * 2 ** 30;

/** 401, for a missing or bad credential and nothing else. Basic alone: with Bearer beside it git needs one more round trip. */
export function challenge(response: ServerResponse, why: Unknown['why']): void {
  response
    .writeHead(401, {
      ...gitHeaders,
      'www-authenticate': 'Basic realm="Sluice", charset="UTF-8"',
      'content-type': 'text/plain; charset=utf-8',
    })
    .end(`sluice: ${challengeText[why]}\n`);
}

const challengeText: Record<Unknown['why'], string> = {
  none: 'a git credential is needed as password, with git as user name',
  'not-known': 'that credential is not known here, or has ended; make a new one on the page',
  contradicted: 'that user name is not the credential’s owner; write git there',
  'id-token': 'git needs a git credential; an ID token is for the API',
  scheme: 'only Basic and Bearer are understood',
  base64: 'the Authorization header is not Base64',
  'no-colon': 'the Authorization header holds no colon between user name and password',
  'control-character': 'the Authorization header holds a control character',
  'empty-password': 'a git credential is needed as password, with git as user name',
  'not-ours': 'that is not a git credential of this gateway; make one on the page',
  mistyped: 'that credential has a typing mistake',
  'two-credentials': 'user name and password are two different credentials',
  'too-long': 'the Authorization header is too long',
};

/** Plain text for what is no git client's question: shown by curl and browsers, and by git as `remote:` lines. */
export function plain(
  response: ServerResponse,
  status: number,
  lines: readonly string[],
  headers = {},
): void {
  response
    .writeHead(status, { ...gitHeaders, 'content-type': 'text/plain; charset=utf-8', ...headers })
    .end(`${lines.join('\n')}\n`);
}

/** A refusal at discovery: 200 and an `ERR` pkt, which every client shows and which leaves a stored credential alone. */
export function refuseDiscovery(response: ServerResponse, service: Service, { lines }: Shown): void {
  response
    .writeHead(200, { ...gitHeaders, 'content-type': advertisementType(service) })
    .end(errorAdvertisement(service, lines));
}

/** git asks with a lone flush whether a large push would be let in. Answered here: the push itself is refused where it must be. */
export function answerProbe(response: ServerResponse): void {
  response.writeHead(200, { ...gitHeaders, 'content-type': resultType('git-receive-pack') }).end();
}

/** A refusal of a fetch's POST: an `ERR` pkt where the answer would begin. */
export function refuseFetch(response: ServerResponse, { lines }: Shown): void {
  response
    .writeHead(200, { ...gitHeaders, 'content-type': resultType('git-upload-pack') })
    .end(errorPkt(lines));
}

/**
 * A refusal of a push, at any moment before the host's report: the text at once, then the client's bytes are dropped, then
 * the report. Never `Connection: close`, never an early end: git would show neither and say "Everything up-to-date".
 */
export async function refusePush(
  request: IncomingMessage,
  response: ServerResponse,
  dialect: PushDialect,
  { lines, phrase }: Shown,
): Promise<void> {
  if (!response.headersSent)
    response.writeHead(200, { ...gitHeaders, 'content-type': resultType('git-receive-pack') });
  const text = pushRefusalText(dialect, lines);
  if (text.length > 0) response.write(text);
  await drain(request, drainLimitBytes);
  response.end(pushRefusalReport(dialect, phrase));
}
