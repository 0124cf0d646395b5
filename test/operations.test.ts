import t from 'tap';
import {
  type Closing,
  newOperation,
  type OpenOperation,
  type OperationKey,
  openBook,
} from '../gateway/operations.ts';
import { fakeClock } from './relay/clock.ts';

function aKey(over: Partial<OperationKey> = {}): OperationKey {
  return {
    credentialHash: 'one',
    repository: 'hub/app',
    right: 'fetch',
    connectionId: 'one',
    address: '192.0.2.1',
    ...over,
  };
}

function aBook() {
  const clock = fakeClock();
  const ended: [string, Closing][] = [];
  const book = openBook(
    (operation, why) => ended.push([operation.id, why]),
    () => 900_000,
    () => clock.now(),
    (ms, work) => clock.after(ms, work),
  );
  let count = 0;
  const opened = (key: OperationKey): OpenOperation => {
    count += 1;
    const operation = newOperation({
      id: `O-${count}`,
      key,
      principalId: 'P-1',
      credentialId: 'C-1',
      openedAt: clock.now(),
      door: 'https',
      grantIds: [],
      decidedAt: 0,
      endsAt: 0,
    });
    book.open(operation);
    return operation;
  };
  return { clock, book, ended, opened };
}

/** A connection and the way to close it. */
function aConnection(id: string) {
  let close!: () => void;
  const closed = new Promise<void>((resolve) => {
    close = resolve;
  });
  return { id, closed, close };
}

void t.test('requests of one connection, credential, repository and right are one operation', async (t) => {
  const { book, opened } = aBook();
  const one = aConnection('one');
  const operation = opened(aKey());
  book.begin(operation, one).done('advertised');

  t.equal(book.find(aKey(), false), operation);
  t.equal(book.find(aKey({ repository: 'hub/other' }), false), undefined);
  t.equal(book.find(aKey({ right: 'push' }), false), undefined);
  t.equal(book.find(aKey({ credentialHash: 'two' }), false), undefined);
});

void t.test(
  'another connection joins the single open candidate of its address within a minute',
  async (t) => {
    const { clock, book, opened } = aBook();
    const operation = opened(aKey());
    book.begin(operation, aConnection('one')).done('advertised');

    t.equal(book.find(aKey({ connectionId: 'two' }), false), operation);
    t.equal(book.find(aKey({ connectionId: 'two', address: '192.0.2.2' }), false), undefined);
    await clock.advance(60_001);
    t.equal(book.find(aKey({ connectionId: 'two' }), false), undefined);
  },
);

void t.test('with two candidates a request of a third connection opens its own operation', async (t) => {
  const { book, opened } = aBook();
  book.begin(opened(aKey()), aConnection('one')).done('advertised');
  book.begin(opened(aKey({ connectionId: 'two' })), aConnection('two')).done('advertised');

  t.equal(book.find(aKey({ connectionId: 'three' }), false), undefined);
});

void t.test('an operation ends with the last of its connections', async (t) => {
  const { clock, book, ended, opened } = aBook();
  const [one, two] = [aConnection('one'), aConnection('two')];
  const operation = opened(aKey());
  book.begin(operation, one).done('exchanged');
  book.begin(operation, two).done('exchanged');

  one.close();
  await clock.advance(0);
  t.strictSame(ended, []);
  two.close();
  await clock.advance(0);
  t.strictSame(ended, [['O-1', 'connection-closed']]);
});

void t.test(
  'a connection that closes under a running request ends the operation when the request is over',
  async (t) => {
    const { clock, book, ended, opened } = aBook();
    const one = aConnection('one');
    const request = book.begin(opened(aKey()), one);

    one.close();
    await clock.advance(0);
    t.strictSame(ended, []);
    request.done('exchanged');
    t.strictSame(ended, [['O-1', 'connection-closed']]);
  },
);

void t.test(
  'a finished operation waits 30 s for its connection, an unfinished one for the idle limit',
  async (t) => {
    const { clock, book, ended, opened } = aBook();
    book.begin(opened(aKey()), aConnection('one')).done('complete');
    book.begin(opened(aKey({ repository: 'hub/other' })), aConnection('one')).done('exchanged');

    await clock.advance(30_000);
    t.strictSame(ended, [['O-1', 'complete']]);
    await clock.advance(870_000);
    t.strictSame(ended, [
      ['O-1', 'complete'],
      ['O-2', 'idle'],
    ]);
  },
);

void t.test(
  'a request that comes while the operation waits keeps it open, however long it runs',
  async (t) => {
    const { clock, book, ended, opened } = aBook();
    const one = aConnection('one');
    const operation = opened(aKey());
    book.begin(operation, one).done('exchanged');
    await clock.advance(899_000);
    book.begin(operation, one);
    await clock.advance(10_000_000);

    t.strictSame(ended, []);
  },
);

void t.test('an operation has one push: what comes beside it or behind its gate is another', async (t) => {
  const { book, opened } = aBook();
  const one = aConnection('one');
  const operation = opened(aKey({ right: 'push' }));
  book.begin(operation, one).done('advertised');
  t.equal(book.find(aKey({ right: 'push' }), true), operation);

  operation.pushing = true;
  t.equal(book.find(aKey({ right: 'push' }), true), undefined);
  t.equal(book.find(aKey({ right: 'push' }), false), operation);

  operation.gated = true;
  t.equal(book.find(aKey({ right: 'push' }), false), undefined);
});
