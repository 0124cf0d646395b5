/** A push on its way up: what may go before the gate, and what behind it. */
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { CarryNeeds, Exchange } from '../exchange.ts';
import { writeCommandList } from '../git/command-list.ts';
import { PackGate } from '../git/pack-gate.ts';
import { ProtocolError, pushFault } from '../git/protocol-error.ts';
import type { Passage } from '../passage.ts';
import { continueBody } from '../relay/body.ts';
import { accessEnded } from '../relay/endings.ts';
import { GatedBody } from '../relay/gated-body.ts';
import type { ReadPush } from './push-request.ts';

/** The body that goes up, and how it stands. */
export interface PushUp {
  readonly body: Readable;
  /** Undefined for a streamed body: it is always chunked, for git http-backend 2.39 spins for ever when one with a length breaks off. */
  readonly length: number | undefined;
  /** What of the client's bytes could not be taken. */
  readonly fault: ProtocolError | undefined;
  /** The host may have all of it. */
  readonly isWhole: boolean;
  /** Resolves once the gate has answered, at once where it was not asked. */
  answered(): Promise<unknown>;
}

/** Bytes of a seal: nobody guesses them, and so nobody but the gateway can write the trailer behind them. */
const sealBytes = 24;

/**
 * Prepares the body. One that is held whole has passed the gate when this resolves; undefined: it did not. A longer one
 * passes when its pack is whole.
 */
export async function pushUp(
  needs: Pick<CarryNeeds, 'carried'>,
  call: Pick<Exchange, 'upstream'>,
  passage: Passage,
  { list, held, rest, watch }: ReadPush,
  abandoned: AbortSignal,
): Promise<PushUp | undefined> {
  const { operation, lease } = passage;
  const head = writeCommandList(list);
  const carried = (bytes: number): void => {
    operation.bytesUp += bytes;
    needs.carried('up', bytes);
  };
  let answer: Promise<boolean> | undefined;
  const pass = (): Promise<boolean> => {
    answer = passage.passGate(abandoned).then((result) => result === 'passed');
    return answer;
  };
  const answered = async (): Promise<unknown> => await answer;

  if (rest === undefined) {
    if (!(await pass())) return undefined;
    const chunks = [head, ...held];
    const length = chunks.reduce((sum, { length }) => sum + length, 0);
    carried(length);
    const body = Readable.from(chunks, { objectMode: false });
    return {
      body,
      length,
      fault: undefined,
      get isWhole() {
        // From its first byte on it is on its way to the host, and nobody here can tell how far it came.
        return body.readableDidRead;
      },
      answered,
    };
  }

  if (!list.expectsPack) throw pushFault('it only deletes, and more than its list came');
  const { gate: kind } = call.upstream;
  const gate = new PackGate(list.objectFormat, kind, randomBytes(sealBytes));
  const body = new GatedBody({ head, gate, handedOn: lease.handedOn, pass });
  let fault: ProtocolError | undefined;
  body.on('error', (error) => {
    if (error instanceof ProtocolError) fault ??= error;
  });
  carried(head.length + held.reduce((sum, { length }) => sum + length, 0));
  continueBody(held, rest, body, (chunk) => {
    if (!lease.moves()) throw accessEnded;
    carried(chunk.length);
    watch(chunk);
  });
  return {
    body,
    length: undefined,
    get fault() {
      return fault;
    },
    get isWhole() {
      return body.released && body.readableEnded;
    },
    answered,
  };
}
