import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import t, { type Test } from 'tap';
import { readAnswer } from '../../../gateway/commands/client/api-call.ts';
import { freePort } from '../../servers/free-port.ts';
import { aShell, startSluice } from './operator.ts';

/** Something else at the gateway's address. */
async function anotherServer(t: Test, answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const token = 'slu_a_x';
const lock = ['lock', 'everything', '--reason', 'x'] as const;

void t.test('a gateway that is not there is 69, and what to look at', async (t) => {
  const sluice = aShell({ url: `http://127.0.0.1:${await freePort()}`, token });
  const { code, err } = await sluice(...lock);
  t.equal(code, 69);
  t.match(err, /cannot be reached: connect ECONNREFUSED .*\nsluice: look at the port/);
  t.notMatch(err, 'not known');
});

void t.test('a change whose answer is lost is not called undone', async (t) => {
  const url = await anotherServer(t, (request) => void request.socket.destroy());
  const { code, out, err } = await aShell({ url, token })(...lock);
  t.equal(code, 69);
  t.equal(out, '');
  t.match(err, 'whether it was done is not known');
});

void t.test('a proxy that answers in the gateway’s place is 69', async (t) => {
  const url = await anotherServer(t, (_, response) => {
    response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad Gateway</h1>');
  });
  t.match(await aShell({ url, token })('operations'), {
    code: 69,
    out: '',
    err: /answers 502, and not in the words/,
  });
});

void t.test('an answer that has not the shape of the call’s is taken for none', async (t) => {
  const json = (status: number, text: string) => ({ status, contentType: 'application/json', text });
  const locks = '{"now":1,"locks":[],"new":{}}';
  t.match(readAnswer('listLocks', json(200, locks)), { kind: 'done', answer: { locks: [] } });
  for (const received of [
    json(200, '{"now":1}'),
    json(201, locks),
    json(200, '{"now":1,"locks":[{"id":"L-1"}]}'),
    json(202, locks),
    json(200, locks.slice(1)),
    json(404, '{"error":"not-found"}'),
    { ...json(200, locks), contentType: 'text/plain' },
  ])
    t.equal(readAnswer('listLocks', received).kind, 'foreign', JSON.stringify(received));
});

void t.test('nothing that a server says acts on the terminal', async (t) => {
  const nasty = 'a\u001b[2J\u009b1\u202eb\nc';
  const url = await anotherServer(t, ({ url }, response) => {
    const isList = url?.startsWith('/api/locks') === true;
    response.writeHead(isList ? 200 : 404, { 'content-type': 'application/json' });
    const by = { id: nasty, name: nasty };
    const lock = { id: nasty, upstream: nasty, except: [by], reason: nasty, by, createdAt: 8.64e15 + 1 };
    response.end(JSON.stringify(isList ? { now: 1, locks: [lock] } : { error: nasty, message: nasty }));
  });
  const sluice = aShell({ url, token });
  for (const args of [['locks'], ['locks', '--json'], ['grants']]) {
    const { out, err } = await sluice(...args);
    t.match(out + err, /u\{?0*1b/, args.join(' '));
    t.notMatch(out + err, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/, args.join(' '));
    t.ok((out + err).split('\n').length <= 3, 'no line of its own');
  }
});

void t.test('what is in force and not recorded yet is done, and says so', async (t) => {
  const by = { id: 'P-7F3K9Q2M' };
  const lock = { id: 'L-7F3K9Q2M', everything: true, except: [], reason: 'x', by, createdAt: 1 };
  const url = await anotherServer(t, (_, response) => {
    response
      .writeHead(202, { 'content-type': 'application/json' })
      .end(JSON.stringify({ lock, recorded: false }));
  });
  t.match(await aShell({ url, token })('lift', lock.id, '--reason', 'x'), {
    code: 0,
    out: /is lifted/,
    err: /it is in force, and not in the audit yet/,
  });
});

void t.test('a reader that has left changes nothing about the exit code', async (t) => {
  const url = await anotherServer(t, (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"now":1,"locks":[]}');
  });
  const child = startSluice({ SLUICE_URL: url, SLUICE_TOKEN: token }, 'locks');
  child.stdout.destroy();
  child.stderr.resume();
  t.strictSame(await once(child, 'close'), [0, null]);
});
