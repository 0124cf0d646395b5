/** A raw client of the HTTPS door: bytes on a socket, broken as the plan says. */
import { connect, type Socket } from 'node:net';
import { type HttpAnswer, nothing, readHttpAnswer, readTold } from './answer.ts';
import type { PushBody } from './body.ts';
import type { HostileDoor, Line, Sending } from './door.ts';
import { drained } from './drained.ts';
import { isWhole, type PushPlan } from './plan.ts';

/** How long silence may last before the first byte of an answer, and inside one, until the client has heard enough. */
interface Patience {
  readonly firstMs: number;
  readonly nextMs: number;
}

const long = 30_000;
/** A request that was never ended may have an answer without an end. */
const patienceOf = ({ end }: PushPlan, mustBeAnswered: boolean): Patience => {
  if (!mustBeAnswered) return { firstMs: 40, nextMs: 40 };
  return { firstMs: long, nextMs: end === 'ended' ? long : 1_000 };
};

export const httpsDoor: HostileDoor = {
  name: 'https',
  planOf: (plan) => plan,
  isSound(plan) {
    const ends = plan.end === 'ended' || (plan.end === 'never' && plan.pack === 'large');
    return isWhole(plan) && ends;
  },
  hasEnd: ({ end, framing, short }) => end === 'ended' && (framing === 'chunked' || short === undefined),
  open: async (_test, node) => ({ connect: ({ secret }) => connectTo(node.door.port, secret) }),
};

function connectTo(port: number, secret: string): Line {
  let socket: Socket | undefined;
  const open = (): Socket => {
    if (socket === undefined || socket.destroyed || !socket.writable) {
      socket = connect(port, '127.0.0.1').setNoDelay(true);
      socket.on('error', () => undefined);
    }
    return socket;
  };
  const authorization = `Authorization: Basic ${Buffer.from(`x:${secret}`).toString('base64')}`;
  return {
    async discover(repository) {
      const on = open();
      const answering = answerOn(on);
      on.write(
        `GET /${repository}.git/info/refs?service=git-receive-pack HTTP/1.1\r\nHost: x\r\n${authorization}\r\n\r\n`,
      );
      await answering({ firstMs: long, nextMs: long });
    },
    async push(sending) {
      const { plan, mustBeAnswered } = sending;
      const isKept = socket !== undefined;
      let on = open();
      const attempt = async (): Promise<HttpAnswer | undefined> => {
        const answering = answerOn(on);
        await send(on, sending, authorization);
        return await answering(patienceOf(plan, mustBeAnswered));
      };
      let answer = await attempt();
      // As HTTP clients do where a kept connection had ended before it was taken for this request; one that was served after all is
      // found by its second operation.
      if (answer === undefined && isKept && mustBeAnswered && plan.end === 'ended' && on.readableEnded) {
        on = open();
        answer = await attempt();
      }
      if (answer?.complete !== true || plan.end !== 'ended' || plan.short !== undefined) on.destroy();
      const told = answer === undefined ? nothing : readTold(answer, plan.sideBand);
      return {
        told,
        hung: mustBeAnswered && (plan.end === 'ended' ? !told.complete : answer === undefined),
      };
    },
    leave() {
      socket?.destroy();
    },
  };
}

async function send(
  on: Socket,
  { plan, body, repository, cue }: Sending,
  authorization: string,
): Promise<void> {
  const chunked = plan.framing === 'chunked';
  const missing = plan.short === undefined && plan.end !== 'ended' ? 1_000 : 0;
  const head = [
    `POST /${repository}.git/git-receive-pack HTTP/1.1`,
    'Host: x',
    authorization,
    'Content-Type: application/x-git-receive-pack-request',
    ...(body.coding === 'gzip' ? ['Content-Encoding: gzip'] : []),
    chunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${body.length + missing}`,
  ];
  on.write(`${head.join('\r\n')}\r\n\r\n`);
  for (const piece of body.pieces) {
    if (piece.cue !== undefined) await cue(piece.cue);
    if (on.destroyed) return;
    await write(on, framed(piece, chunked));
  }
  if (chunked && plan.end === 'ended') on.write('0\r\n\r\n');
  await cue('behind the last byte');
  if (plan.end === 'half-closed') on.end();
  else if (plan.end === 'reset') on.resetAndDestroy();
}

function framed({ bytes }: PushBody['pieces'][number], chunked: boolean): readonly (Buffer | string)[] {
  return chunked && bytes.length > 0 ? [`${bytes.length.toString(16)}\r\n`, bytes, '\r\n'] : [bytes];
}

/** Each piece is a write of its own, and the other side gets a turn to read it. */
async function write(on: Socket, parts: readonly (Buffer | string)[]): Promise<void> {
  on.cork();
  let flows = true;
  for (const part of parts) flows = on.write(part);
  on.uncork();
  if (!flows) await drained(on);
  await new Promise(setImmediate);
}

/** Listens from now on; called, it gives the next response, or what of it came until the connection closed or patience ended. */
function answerOn(on: Socket): (patience: Patience) => Promise<HttpAnswer | undefined> {
  const came: Buffer[] = [];
  let notice = (): void => undefined;
  let answer: HttpAnswer | undefined;
  const onData = (chunk: Buffer): void => {
    came.push(chunk);
    answer = readHttpAnswer(Buffer.concat(came));
    notice();
  };
  on.on('data', onData).once('close', () => notice());
  return ({ firstMs, nextMs }) =>
    new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      notice = () => {
        clearTimeout(timer);
        if (answer?.complete === true || on.destroyed) done();
        else timer = setTimeout(done, came.length === 0 ? firstMs : nextMs);
      };
      const done = (): void => {
        notice = () => undefined;
        clearTimeout(timer);
        on.off('data', onData);
        resolve(answer);
      };
      notice();
    });
}
