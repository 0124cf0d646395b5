import t from 'tap';
import type { ElevationRequest, Principal } from '../../gateway/store/records.ts';
import { newestGrants } from '../store/recorded.ts';
import { aPolicy, asked, aTown, hour, people, type Town } from './samples.ts';

void t.test(
  'what is beyond the rule is refused with the limit, and unknown names tell nothing',
  async (t) => {
    const town = aTown();
    const { dev } = await people(town);
    const stranger = await town.person('stranger', []);
    const ask = (
      by: Principal,
      scope: Parameters<Town['elevations']['ask']>[0]['scopes'][0],
      durationMs = hour,
    ) => town.elevations.ask({ by, scopes: [scope], durationMs, reason: 'because' });

    t.match(await ask(dev, { repository: 'hub/app', right: 'fetch' }, 5 * hour), {
      refused: 'bad-duration',
      text: /5 h is more than .* 4 h/,
    });
    t.match(await ask(dev, { repository: 'hub/app', right: 'fetch' }, 10), { refused: 'bad-duration' });
    t.match(await ask(dev, { repository: 'hub/app', right: 'push', refs: ['refs/**'] }), {
      refused: 'too-wide',
    });
    t.match(await ask(dev, { repository: 'hub/app', right: 'push', kinds: ['delete'] }), {
      refused: 'too-wide',
    });
    const nowhere = await ask(dev, { repository: 'nowhere/x', right: 'fetch' });
    t.strictSame(await ask(stranger, { repository: 'hub/app', right: 'fetch' }), nowhere);
  },
);

void t.test('an identical request that waits is returned, not doubled', async (t) => {
  const town = aTown();
  const { dev } = await people(town);

  t.equal((await asked(town, dev, 'hub/app')).id, (await asked(town, dev, 'hub/app')).id);
  t.not((await asked(town, dev, 'hub/app')).id, (await asked(town, dev, 'hub/app', 'push')).id);
});

const asking = (town: Town, by: Principal, change: Partial<Parameters<Town['elevations']['ask']>[0]> = {}) =>
  town.elevations.ask({
    by,
    scopes: [{ repository: 'hub/ask', right: 'fetch' }],
    durationMs: hour,
    reason: 'because it is needed',
    ...change,
  });

void t.test('an ask sent twice grants once: in the same moment, and after a lost reply', async (t) => {
  const town = aTown();
  const { dev } = await people(town);
  const [one, two] = await Promise.all([asking(town, dev), asking(town, dev)]);
  town.now += 59_000;
  const late = await asking(town, dev);

  t.strictSame(two, one);
  t.strictSame(late, one);
  t.equal((await newestGrants(town.store)).length, 1);
  t.not(
    ((await asking(town, dev, { reason: 'another thing' })) as ElevationRequest).id,
    (one as ElevationRequest).id,
  );
  town.now += 2_000;
  t.not(((await asking(town, dev)) as ElevationRequest).id, (one as ElevationRequest).id);
});

void t.test('an ask after its grant was revoked is a new one', async (t) => {
  const town = aTown();
  const { dev } = await people(town);
  const one = (await asking(town, dev)) as ElevationRequest;
  const [held] = await newestGrants(town.store);
  await town.elevations.revoke({ grantId: held?.grant.id ?? '', by: dev, reason: 'done' });

  t.not(((await asking(town, dev)) as ElevationRequest).id, one.id);
});

void t.test('what does not hold together is refused with what was expected', async (t) => {
  const town = aTown();
  const { dev } = await people(town);
  const app = (right: 'fetch' | 'push', refs?: readonly string[]) => ({
    scopes: [{ repository: 'hub/app', right, ...(refs && { refs }) }],
  });
  const twice = [...app('fetch').scopes, ...app('fetch').scopes];
  const many = Array.from({ length: 21 }, (_, at) => ({ repository: `hub/${at}`, right: 'fetch' as const }));
  const cases: readonly (readonly [Parameters<typeof asking>[2], string, RegExp])[] = [
    [{ scopes: [] }, 'bad-scopes', /1 to 20 scopes/],
    [{ scopes: many }, 'bad-scopes', /has 21/],
    [{ scopes: twice }, 'bad-scopes', /asked for twice/],
    [app('fetch', ['refs/heads/a']), 'bad-scopes', /whole repository/],
    [app('push', ['main']), 'bad-scopes', /no full name, such as refs\/heads\/main/],
    [app('push', []), 'bad-scopes', /1 to 50 ref patterns/],
    [app('push', [`refs/heads/${'x'.repeat(255)}`]), 'bad-scopes', /longer than 255/],
    [app('push', ['refs/heads/a?']), 'bad-scopes', /only \* and \*\*/],
    [
      app('push', ['refs/heads/a', 'refs/tags/v1']),
      'too-wide',
      /^refs\/tags\/v1 is beyond what hub\/\*\* allows/,
    ],
    [{ reason: '  ' }, 'bad-reason', /has 0 characters/],
    [{ reason: 'x'.repeat(1_001) }, 'bad-reason', /longer than 1000/],
    [{ reason: 'a\u001b[2J' }, 'bad-reason', /control character/],
    [{ reason: 'a\ud800' }, 'bad-reason', /half of a character/],
    [{ durationMs: 999 }, 'bad-duration', /under 1 s/],
    [{ durationMs: 2 * hour + 1 }, 'bad-duration', /more than hub\/ask allows for fetch, which is 2 h/],
  ];
  for (const [change, refused, text] of cases)
    t.match(await asking(town, dev, change), { refused, text }, `${text}`);
  t.strictSame(town.events, [], 'and nothing was changed');
});

void t.test('a rule that wants a ticket says so', async (t) => {
  const town = aTown();
  const { dev } = await people(town);
  town.policy = aPolicy(
    "\n  - { match: hub/ask, requesters: [developers], fetch: { approval: ask, maxDuration: 1h, ticketPattern: 'CHG-[0-9]+' } }\n",
  );

  t.match(await asking(town, dev), { refused: 'bad-reason', text: /names no ticket/ });
  t.match(await asking(town, dev, { reason: 'mend it, CHG-4711' }), { state: { kind: 'approved' } });
});

void t.test('a person has at most a hundred requests waiting', async (t) => {
  const town = aTown();
  const { dev } = await people(town);
  for (let at = 0; at < 100; at += 1) await asked(town, dev, 'hub/app', 'fetch', hour + at * 1_000);

  t.match(await asking(town, dev, { scopes: [{ repository: 'hub/app', right: 'push' }] }), {
    refused: 'too-many',
    text: /withdraw some first/,
  });
});
