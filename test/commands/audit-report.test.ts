import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { chains } from '../audit/logs.ts';
import { sluice } from './client/operator.ts';

const scope = { repository: 'hub/app', right: 'push', refs: ['refs/heads/**'], kinds: ['update'] };
const formula = '=HYPERLINK("http://evil.test","click")';
const directory = await chains(t, {
  'A-AAAAAAAAAAAAAAAA': [
    {
      type: 'request.created',
      requestId: 'R-1',
      principalId: 'P-DEV',
      scopes: [scope],
      durationMs: 1_000,
      reason: formula,
      decideBy: 9,
      critical: false,
    },
    {
      type: 'grant.issued',
      grantId: 'G-1',
      requestId: 'R-1',
      principalId: 'P-DEV',
      scope,
      issuedAt: 0,
      endsAt: 5_000,
      latestEndsAt: 5_000,
      version: 1,
      rule: 'hub/*',
      critical: false,
      approvers: ['P-LEAD'],
    },
  ],
});
await writeFile(join(directory, 'people.jsonl'), '{"id":"P-DEV","name":"@SUM(1+1)*cmd"}\n');
const report = (...args: readonly string[]) => sluice({}, 'audit', 'report', directory, ...args);
const period = ['--from', '0', '--to', '10000'];

void t.test('the page is the default, and holds the hash that json has', async (t) => {
  const page = await report(...period);
  t.match(page, { code: 0, out: /^<!doctype html>/, err: '' });
  const { code, out } = await report(...period, '--format', 'json');
  const { hash, grants, neverUsed } = JSON.parse(out);
  t.equal(code, 0);
  t.match(grants, [{ grantId: 'G-1', requester: { id: 'P-DEV' }, reason: formula }]);
  t.strictSame(neverUsed, ['G-1']);
  t.match(page.out, hash);
});

void t.test('no cell of the csv begins a formula', async (t) => {
  const { code, out } = await report(...period, '--format', 'csv');
  t.equal(code, 0);
  const [head = '', row = ''] = out.split('\r\n');
  t.match(head, /^"grant","requester",/);
  t.match(row, `"'${formula.replaceAll('"', '""')}"`);
  t.match(row, `"'@SUM(1+1)*cmd (P-DEV)"`);
  t.notMatch(row, /(^|,)"[=+@-]/);
});

void t.test('a missing part is 1; no period, a time that is none and no folder are 2', async (t) => {
  const gap = await chains(t, { 'A-AAAAAAAAAAAAAAAA': [] });
  await writeFile(join(gap, 'A-BBBBBBBBBBBBBBBB-00000001.jsonl'), 'no entry\n');
  t.match(await sluice({}, 'audit', 'report', gap, ...period, '--format', 'json'), { code: 1 });
  t.equal((await report()).code, 2);
  t.equal((await report('--from', 'yesterday', '--to', '9')).code, 2);
  t.equal((await sluice({}, 'audit', 'report', join(gap, 'none'), ...period)).code, 2);
});
