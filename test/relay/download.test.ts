import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import t from 'tap';
import { flushPkt, pktLine } from '../../gateway/git/pkt-line.ts';
import { SideBandWalker } from '../../gateway/git/side-band.ts';
import { download } from '../../gateway/relay/download.ts';

/** A client that takes nothing until it is let; what it was handed. */
function aClient() {
  let taken = '';
  let waiting: (() => void) | undefined;
  let takes = false;
  const socket = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      const take = (): void => {
        taken += chunk.toString('latin1');
        done();
      };
      if (takes) take();
      else waiting = take;
    },
  });
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  response.assignSocket(socket as unknown as Socket);
  return {
    response,
    taken: () => taken,
    take() {
      takes = true;
      waiting?.();
    },
  };
}

/** The answer of a host, of which the test feeds the bytes. */
function anAnswer(): IncomingMessage {
  const answer = new IncomingMessage(new Socket());
  answer.complete = true;
  return answer;
}

const shape = { version: 2, holdsPack: true, sideBand: true, done: true, noDone: false } as const;
const carried = (answer: IncomingMessage, response: ServerResponse) =>
  download(
    answer,
    response,
    new SideBandWalker(shape),
    [],
    () => true,
    () => undefined,
  );
const whole = Buffer.concat([pktLine('packfile\n'), pktLine('\x01PACK'), flushPkt]);

void t.test('an answer is complete when its last byte has left, not when the host is through', async (t) => {
  const client = aClient();
  const answer = anAnswer();
  const down = carried(answer, client.response);
  answer.push(whole);
  answer.push(null);
  let end: unknown;
  void down.ended.then((how) => {
    end = how;
  });
  await new Promise((resolve) => answer.once('close', resolve));
  t.equal(end, undefined, 'the client has not taken it');
  client.take();
  t.strictSame(await down.ended, { kind: 'complete' });
  t.match(client.taken(), 'PACK');
});

void t.test('what the client has not taken yet can be cut, also when the host is through', async (t) => {
  const client = aClient();
  const answer = anAnswer();
  const down = carried(answer, client.response);
  answer.push(whole);
  answer.push(null);
  await new Promise((resolve) => answer.once('close', resolve));
  down.cut(['sluice: over']);
  t.strictSame(await down.ended, { kind: 'cut' });
  t.notOk(client.response.writableFinished, 'so its connection is reset');
  t.notMatch(client.taken(), 'PACK');
});

void t.test('no more of an answer waits for a client than half of what may', async (t) => {
  const client = aClient();
  const answer = anAnswer();
  const down = carried(answer, client.response);
  const band = pktLine(Buffer.concat([Buffer.from('\x01'), Buffer.alloc(4_000)]));
  const bands = 64;
  answer.push(pktLine('packfile\n'));
  answer.push(pktLine('\x01PACK'));
  for (let sent = 0; sent < bands; sent += 1) answer.push(band);
  answer.push(flushPkt);
  answer.push(null);
  await new Promise(setImmediate);
  t.ok(answer.isPaused());
  const { writableLength, writableHighWaterMark } = client.response;
  t.ok(
    writableLength > 0 && writableLength < writableHighWaterMark / 2 + 2 * band.length,
    `${writableLength}`,
  );
  client.take();
  t.strictSame(await down.ended, { kind: 'complete' });
  t.ok(client.taken().length > bands * band.length, 'all of it came once it was taken');
});
