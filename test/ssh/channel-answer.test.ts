import { EventEmitter, once } from 'node:events';
import { Duplex, Writable } from 'node:stream';
import t from 'tap';
import { ChannelAnswer } from '../../gateway/ssh/channel-answer.ts';

/** A channel that takes what its window allows, over a socket that says whether it is full. */
function aChannel() {
  const taken: Buffer[] = [];
  let wait: (() => void) | undefined;
  const window = { isOpen: true };
  const channel = Object.assign(
    new Duplex({
      read: () => undefined,
      write(chunk: Buffer, _encoding, done) {
        taken.push(chunk);
        if (window.isOpen) done();
        else wait = done;
      },
    }),
    { stderr: new Writable(), exit: () => undefined },
  );
  const socket = Object.assign(new EventEmitter(), { writableNeedDrain: false });
  const answer = new ChannelAnswer({ channel, socket: socket as unknown as Writable });
  return {
    channel,
    socket,
    answer,
    window,
    taken: () => Buffer.concat(taken).toString(),
    openWindow() {
      window.isOpen = true;
      wait?.();
    },
  };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

void t.test('an answer is finished when all of it was handed over, and its channel goes on', async (t) => {
  const { channel, answer, taken } = aChannel();
  answer.write('one ');
  answer.end('two');
  await once(answer, 'close');
  t.ok(answer.writableFinished);
  t.equal(taken(), 'one two');
  t.notOk(channel.writableEnded);
});

void t.test('it waits for the client’s window, and takes no more than 64 KB meanwhile', async (t) => {
  const { answer, window, openWindow } = aChannel();
  window.isOpen = false;
  t.notOk(answer.write(Buffer.alloc(70_000)));
  answer.end('more');
  await turn();
  t.notOk(answer.writableFinished);
  openWindow();
  await once(answer, 'close');
  t.ok(answer.writableFinished);
});

void t.test('it waits for the socket under the channel', async (t) => {
  const { answer, socket, taken } = aChannel();
  socket.writableNeedDrain = true;
  answer.write('one');
  answer.end('two');
  await turn();
  t.equal(taken(), 'one', 'nothing more goes into a full socket');
  socket.writableNeedDrain = false;
  socket.emit('drain');
  await once(answer, 'close');
  t.equal(taken(), 'onetwo');
  t.equal(socket.listenerCount('drain'), 0);
});

void t.test('one that is given up closes unfinished, and leaves nothing behind on the socket', async (t) => {
  const { answer, socket } = aChannel();
  socket.writableNeedDrain = true;
  answer.write('one');
  await turn();
  answer.destroy();
  await once(answer, 'close');
  t.notOk(answer.writableFinished);
  t.equal(socket.listenerCount('drain'), 0);
});

void t.test('what is written into a channel that has ended closes the answer unfinished', async (t) => {
  const { channel, answer } = aChannel();
  channel.end();
  answer.end('late');
  await once(answer, 'close');
  t.notOk(answer.writableFinished);
});
