import t from 'tap';
import { cloneLines } from '../../admin/web/src/access/clone-lines.ts';
import { needsFreshSignIn, spanLeft } from '../../admin/web/src/approvals/what-is-asked.ts';
import { sentence } from '../../admin/web/src/text/sentence.ts';

const by = { id: 'P-1' };
const hour = 3_600_000;
const now = Date.parse('2026-11-26T12:00:00Z');

void t.test('the narrowest approval holds; a denial narrows nothing', async (t) => {
  t.equal(spanLeft({ durationMs: hour, answers: [] }), hour);
  t.equal(
    spanLeft({
      durationMs: hour,
      answers: [
        { by, at: 1, verdict: 'approve', durationMs: hour / 2 },
        { by, at: 2, verdict: 'approve' },
        { by, at: 3, verdict: 'deny', durationMs: 1_000 },
      ],
    }),
    hour / 2,
  );
});

void t.test(
  'a critical request sends those away to sign in whose sign-in is older than five minutes',
  async (t) => {
    const critical = { may: { answer: true, withdraw: false, freshSignIn: true } };
    const usual = { may: { answer: true, withdraw: false, freshSignIn: false } };
    t.equal(needsFreshSignIn(critical, now - 60_000, now), false);
    t.equal(needsFreshSignIn(critical, now - 301_000, now), true);
    t.equal(needsFreshSignIn(critical, undefined, now), true);
    t.equal(needsFreshSignIn(usual, undefined, now), false);
  },
);

void t.test('a clone line can be pasted at a shell whatever the repository is called', async (t) => {
  const scope = { repository: 'hub/x', right: 'fetch' as const, refs: [], kinds: [] };
  const line = (cloneUrl: string, ssh?: string) =>
    cloneLines(
      { cloneUrl, scope },
      { https: 'https://gw.test', hosts: [], ...(ssh === undefined ? {} : { ssh }) },
    );
  t.strictSame(line('https://gw.test/hub/acme/app.git'), [
    { door: 'HTTPS', line: 'git clone https://gw.test/hub/acme/app.git' },
  ]);
  t.equal(line("https://gw.test/hub/$(id)'.git")[0]?.line, `git clone 'https://gw.test/hub/$(id)'\\''.git'`);
  t.equal(
    line('https://gw.test/hub/acme/app.git', 'ssh://git@gw.test:2222')[1]?.line,
    'git clone ssh://git@gw.test:2222/hub/acme/app.git',
  );
});

void t.test('a clause of the API becomes a sentence', async (t) => {
  t.equal(sentence('try again in a minute'), 'Try again in a minute.');
  t.equal(sentence('Why?'), 'Why?');
  t.equal(sentence(''), '');
});
