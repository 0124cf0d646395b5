import t from 'tap';
import { byteWords } from '../../admin/web/src/text/byte-words.ts';
import { durationWords } from '../../admin/web/src/text/duration-words.ts';
import { anAsk, sharedPeople, wordsOf } from './page-people.ts';

t.setTimeout(300_000);

const people = sharedPeople();
const plain = (words: string): string => words.replaceAll('\u00a0', ' ');

void t.test(
  'my access says what became of a clone, a push and a clone that was cut, as the API does',
  async (t) => {
    const { api, person, git, gitAddress, faults } = await people(t);
    const grant = async (repository: string, right = 'fetch') => {
      const scopes = [{ repository, right }];
      const { body } = await api('developer', 'requests', anAsk(repository, { scopes, duration: '40s' }));
      t.equal((await api('approver', `requests/${body.id}/approve`, {})).status, 200);
    };
    await grant('demo/app');
    await grant('demo/app', 'push');
    const client = await git();
    const developer = await person('developer', '/');
    await client.must(['clone', `${gitAddress('developer')}/demo/app`, 'app']);
    await client.must(['-C', 'app', 'push', 'origin', 'HEAD:refs/heads/fix/one']);

    await grant('demo/slow');
    const cut = client.start(['clone', `${gitAddress('developer')}/demo/slow`]);
    const now = developer.locator('section', { hasText: 'Running now' });
    await now.locator('li', { hasText: 'demo/slow' }).waitFor();
    const [running] = (await api('admin', 'operations?live=true')).body.operations;
    await api('admin', `operations/${running.id}/cut`, { reason: 'the laptop is gone' });
    t.match((await cut.finished).stderr, /the laptop is gone/);

    // It is there by itself once the transfer runs no more.
    const section = developer.locator('section', { hasText: 'Your last transfers' });
    const rows = section.locator('li');
    await rows.first().filter({ hasText: 'the laptop is gone' }).waitFor();
    const { operations, partial } = (await api('developer', 'me/operations')).body;
    t.match(
      operations.map(({ repository, right, outcome }: Record<string, string>) => [
        repository,
        right,
        outcome,
      ]),
      [
        ['demo/slow', 'fetch', 'cut'],
        ['demo/app', 'push', 'completed'],
        ['demo/app', 'fetch', 'completed'],
      ],
    );
    t.equal(partial, false);
    t.equal(operations[0].id, running.id);
    t.ok(operations[0].bytesDown > 0);
    t.equal(await rows.count(), operations.length);
    for (const [at, operation] of operations.entries()) {
      const { repository, right, summary, bytesUp, bytesDown, startedAt, endedAt } = operation;
      const text = (await wordsOf(rows.nth(at))).replaceAll(/\s+/g, ' ');
      t.ok(text.startsWith(`${right === 'push' ? 'push to' : 'fetch'} ${repository} HTTPS`), text);
      const how = `${summary} · ${byteWords(bytesUp + bytesDown)} in ${durationWords(endedAt - startedAt)}`;
      t.ok(text.includes(plain(how)), `${text} has ${how}`);
      t.equal(await rows.nth(at).locator('time').getAttribute('datetime'), new Date(endedAt).toISOString());
    }
    t.match(await wordsOf(rows.first()), /cut by .+: “the laptop is gone”/);

    // Nobody else is shown any of it.
    t.strictSame((await api('approver', 'me/operations')).body.operations, []);
    const approver = await person('approver', '/');
    const answered = approver.waitForResponse((response) => response.url().endsWith('/api/me/operations'));
    await approver.reload();
    await answered;
    await approver.getByText('Open now').waitFor();
    t.equal(await approver.getByText('Your last transfers').count(), 0);
    t.strictSame(faults, []);
  },
);
