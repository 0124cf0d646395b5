import { join } from 'node:path';
import t from 'tap';
import { replaysApart } from '../../gateway/replay/replay-apart.ts';
import { chains } from '../audit/logs.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';

t.setTimeout(120_000);

const chain = 'A-AAAAAAAAAAAAAAAA';
const alarm = { type: 'node.alarm', node: 'x', alarm: 'numbered', message: 'one' };
const wishOf = (...paths: readonly string[]) => ({ paths, wish: {}, elsewhere: [] });

void t.test('one replay at a time; the next is taken once it is over', async (t) => {
  const directory = await chains(t, { [chain]: [alarm] });
  const replays = replaysApart();
  const first = replays.replay(wishOf(directory));
  t.strictSame(await replays.replay(wishOf(directory)), { kind: 'busy' });
  t.strictSame(await replays.report({ ...wishOf(directory), report: { from: 0, to: 1 } }), { kind: 'busy' });
  t.match(await first, { kind: 'answered', answer: { replayed: { chains: [{ chain, entries: 2 }] } } });
  t.match(await replays.report({ ...wishOf(directory), report: { from: 0, to: 1 } }), {
    kind: 'answered',
    answer: { report: { from: 0, to: 1, grants: [] }, html: /^<!doctype html>/ },
  });
});

void t.test('one that takes too long is given up', async (t) => {
  const directory = await chains(t, { [chain]: [alarm] });
  const replays = replaysApart({ longestMs: 1, heapMiB: 512 });
  t.match(await replays.replay(wishOf(directory)), { kind: 'given-up', what: 'it took over 0.001 s' });
});

void t.test('one that takes too much memory is given up, and nothing else of the process is', async (t) => {
  const many = Array.from({ length: 40_000 }, (_, i) => ({
    type: 'operation.started',
    operationId: `O-${i}`,
    principalId: 'P-1',
    repository: `hub/${'x'.repeat(500)}${i}`,
    door: 'https',
    address: '192.0.2.1',
    right: 'fetch',
    grantIds: [`G-${i}`],
    endsAt: 1,
    basis: { seq: 1, now: 1, grants: [], locks: [], policy: 'x', groups: [], decide: 1 },
  }));
  const directory = await chains(t, { [chain]: many });
  const replays = replaysApart({ longestMs: 60_000, heapMiB: 24 });
  t.match(await replays.replay(wishOf(directory)), {
    kind: 'given-up',
    what: 'it took more than 24 MiB of memory',
  });
  t.match(
    await replaysApart().replay(wishOf(directory)),
    { kind: 'answered' },
    'with the usual bound it is not',
  );
});

void t.test('files that cannot be read are told, and a gateway that stops ends what runs', async (t) => {
  const directory = await temporaryDirectory(t);
  const replays = replaysApart();
  t.match(await replays.replay(wishOf(join(directory, 'none'))), { kind: 'given-up', what: /ENOENT/ });
  const running = replays.replay(wishOf(directory));
  replays.close();
  t.strictSame(await running, { kind: 'given-up', what: 'the gateway stops' });
});
