import t from 'tap';
import { workloadIssuer } from '../../../gateway/grants/selected.ts';
import { granted, grantedMany } from '../../store/recorded.ts';
import { anEvent, aSignIn } from '../../store/samples.ts';
import { anOffice } from './people.ts';

t.setTimeout(180_000);

void t.test('asked, listed, approved, used, extended, revoked: all from terminals', async (t) => {
  const office = await anOffice(t);
  const { node, faults } = office.at;
  const [dev, lead] = [
    await office.somebody('dev', ['developers']),
    await office.somebody('lead', ['leads', 'approvers']),
  ];

  const asked = await dev.ssh.run(`request hub/app push --for 2h --reason it's the "release"; really`);
  t.equal(asked.code, 0, asked.stderr);
  t.match(
    asked.stdout,
    /^R-\w+: push to hub\/app \(refs\/heads\/\*\*, refs\/tags\/\*\*\) for 2 h\nwaits for an approver until \d\d:\d\d UTC tomorrow\nits page: https:\/\/gw.test\/a\/R-\w+\n$/,
  );
  const [id = ''] = /R-\w+/.exec(asked.stdout) ?? [];
  const again = await dev.ssh.run(`request hub/app push --for 2h --reason it's the "release"; really`);
  t.match(again.stdout, id, 'an identical one is returned, not doubled');

  const listed = await lead.ssh.run('requests');
  t.match(
    listed.stdout,
    `${id}: push to hub/app (refs/heads/**, refs/tags/**) for 2 h, by dev\n  "it's the "release"; really"\n`,
  );
  t.match(listed.stdout, 'it is for you to answer');
  t.match(await dev.ssh.run(`approve ${id}`), {
    code: 1,
    stdout: '',
    stderr: /nobody answers their own request/,
  });

  const approved = await lead.ssh.run(
    `approve ${id.toLowerCase()} --for 30m --ref refs/heads/** --comment go ahead`,
  );
  t.equal(approved.code, 0, approved.stderr);
  t.match(approved.stdout, /approved by lead at \d\d:\d\d UTC\n"go ahead"\ngranted until .*: G-\w+\n$/);
  const [grant = ''] = /G-\w+/.exec(approved.stdout) ?? [];
  t.match(await lead.ssh.run(`deny ${id} --reason too late`), {
    code: 1,
    stderr: new RegExp(`${id} was approved by lead`),
  });

  t.match(
    (await dev.ssh.run('grants')).stdout,
    new RegExp(
      `^${grant}: push to hub/app \\(refs/heads/\\*\\*\\), of dev\n  until .* UTC.*, in (29 min \\d+ s|30 min)\n$`,
    ),
  );
  t.match((await dev.ssh.run(undefined)).stdout, `push hub/app until`);

  const extended = await dev.ssh.run(`extend ${grant} --for 1h --reason not done`);
  t.match(extended, { code: 0, stdout: new RegExp(`for 1 h longer than ${grant} has`) });
  const revoked = await lead.ssh.run(`revoke ${grant} --reason shipped`);
  t.match(revoked, {
    code: 0,
    stdout: `${grant} is revoked: push to hub/app (refs/heads/**), of dev\nnothing was running\n`,
  });
  t.match(await lead.ssh.run(`revoke ${grant} --reason twice`), { code: 1, stderr: /had ended already/ });
  t.equal((await dev.ssh.run('grants')).stdout, 'no grant that you may see\n');
  t.match((await dev.ssh.run('grants --all --mine')).stdout, /revoked by lead at .*\n {2}"shipped"\n$/);

  const entries = await node.entries();
  for (const type of ['request.created', 'request.answered', 'request.attempted', 'grant.revoked'])
    t.match(
      entries.find((entry) => entry.type === type),
      { door: 'ssh' },
      type,
    );
  t.strictSame(faults, []);
  t.strictSame(node.troubles, []);
});

void t.test('--json is the body of the API, of a refusal too', async (t) => {
  const office = await anOffice(t);
  const [dev, lead] = [
    await office.somebody('dev', ['developers']),
    await office.somebody('lead', ['leads', 'approvers']),
  ];
  const json = async (by: typeof dev, words: string) =>
    JSON.parse((await by.ssh.run(`${words} --json`)).stdout) as Record<string, unknown>;
  const request = await json(dev, 'request hub/app fetch --for 1h --reason ‮why');
  t.match(request, { state: 'pending', reason: '‮why', durationMs: 3_600_000, principal: { name: 'dev' } });
  t.match(await json(lead, 'requests'), { requests: [{ id: request.id }] });
  const denied = await lead.ssh.run(`deny ${request.id} --reason not now --json`);
  t.equal(denied.code, 0, 'to have denied is no failure');
  t.match(JSON.parse(denied.stdout), { state: 'denied', comment: 'not now', decidedBy: { name: 'lead' } });
  const late = await lead.ssh.run(`approve ${request.id} --json`);
  t.match(late, { code: 1, stderr: /was denied by lead/ });
  t.match(JSON.parse(late.stdout), { error: 'already-decided', state: 'denied' });
  t.match(await json(dev, 'grants'), { grants: [], more: false });
  t.match(await json(dev, 'me'), { principal: { name: 'dev' }, scopes: ['read', 'request', 'approve'] });
  t.match(
    (await dev.ssh.run('requests --all')).stdout,
    '"\\u{202e}why"',
    'hostile text is shown, not obeyed',
  );
});

void t.test('the guard rules hold at this door as they do at the other', async (t) => {
  const office = await anOffice(t);
  const { node } = office.at;
  const dev = await office.somebody('dev', ['developers']);
  const lead = await office.somebody('lead', ['leads', 'approvers']);
  const robot = await office.somebody('robot', ['leads'], { issuer: workloadIssuer });
  const stranger = await office.somebody('stranger', []);

  const id = await office.asked(dev, 'hub/app fetch --for 1h --reason a fix');
  t.match(await dev.ssh.run(`deny ${id} --reason no`), {
    code: 1,
    stderr: /nobody answers their own request/,
  });
  t.match(await stranger.ssh.run(`approve ${id}`), {
    code: 1,
    stderr: /there is no request by that id that you may see/,
  });
  t.match(await stranger.ssh.run('request hub/app fetch --for 1h --reason me'), {
    code: 1,
    stderr: /no repository here by that name/,
  });
  t.match(await robot.ssh.run(`approve ${id}`), { code: 1 });
  t.match(await dev.ssh.run('request hub/app fetch --for 9h --reason a fix'), {
    code: 1,
    stderr: /more than hub\/\*\* allows for fetch, which is 8 h/,
  });

  const critical = await office.asked(
    dev,
    'hub/critical fetch --for 1h --reason the payment run of tonight is stuck',
  );
  for (const words of [`approve ${critical}`, `deny ${critical} --reason no`]) {
    const run = await lead.ssh.run(words);
    t.match(run, { code: 1, stdout: '' });
    t.equal(
      run.stderr,
      `sluice: this rule is critical, and its requests are answered on the page only\nanswer it: https://gw.test/a/${critical}\n`,
    );
  }
  const attempts = (await node.entries()).filter(({ type }) => type === 'request.attempted');
  t.ok(attempts.some((entry) => 'outcome' in entry && entry.outcome === 'page-only'));
});

void t.test(
  'critical answers, where configured, want a browser’s sign-in of the last five minutes',
  async (t) => {
    const office = await anOffice(t, { sshSection: 'allowCriticalAnswers: true' });
    const { store } = office.at.node;
    const dev = await office.somebody('dev', ['developers']);
    const lead = await office.somebody('lead', ['leads', 'approvers']);
    const critical = await office.asked(
      dev,
      'hub/critical fetch --for 1h --reason the payment run of tonight is stuck',
    );
    const without = await lead.ssh.run(`approve ${critical}`);
    t.match(without, { code: 1, stderr: /sign in again and approve within 5 minutes\nanswer it: https:/ });
    const now = await store.now();
    const signIn = (hash: string, authenticatedAt: number) =>
      store.openSignIn(
        aSignIn(now, { hash, principalId: lead.principal.id, authenticatedAt }),
        3_600_000,
        anEvent('sign-in.opened'),
      );
    await signIn('a', now - 400_000);
    t.match(await lead.ssh.run(`approve ${critical}`), { code: 1, stderr: /sign in again/ });
    await signIn('b', now);
    t.match(await lead.ssh.run(`approve ${critical}`), { code: 0, stdout: /approved by lead/ });
  },
);

void t.test('groups confirmed too long ago give nothing', async (t) => {
  const office = await anOffice(t);
  const dev = await office.somebody('dev', ['developers']);
  const { store } = office.at.node;
  const stand = store.credential.bind(store);
  store.credential = async (hash) => {
    const found = await stand(hash);
    return found && { ...found, principal: { ...found.principal, groupsAt: 0 } };
  };
  const run = await dev.ssh.run('request hub/app fetch --for 1h --reason a fix');
  t.match(run, { code: 1, stderr: /your groups were last confirmed too long ago; sign in again/ });
});

void t.test('usage that is wrong ends with 2 and says what is right; help knows every command', async (t) => {
  const office = await anOffice(t);
  const dev = await office.somebody('dev', ['developers']);
  const port = office.at.door.port;
  const run = await dev.ssh.run('request hub/app pull --for 1h');
  t.match(run, { code: 2, stdout: '' });
  t.equal(
    run.stderr,
    `sluice: "pull" is neither fetch nor push\nusage: ssh -p ${port} gw.test request REPOSITORY fetch|push --for 2h [--reason TEXT] [--ref REF] [--wait] [--json]\n`,
  );
  const help = await dev.ssh.run('help');
  t.equal(help.code, 0);
  for (const name of ['me', 'request', 'requests', 'grants', 'approve', 'deny', 'revoke', 'extend']) {
    t.match(help.stdout, new RegExp(`^  ${name} +\\w`, 'm'));
    const one = await dev.ssh.run(`help ${name}`);
    t.match(one, { code: 0, stdout: `ssh -p ${port} gw.test ${name}` });
  }
  t.match(await dev.ssh.run('help constructor'), { code: 2, stderr: /there is no command "constructor"/ });
});

void t.test('however many grants somebody has, a terminal is told all', async (t) => {
  const office = await anOffice(t);
  const dev = await office.somebody('dev', ['developers']);
  const { store } = office.at.node;
  const { id } = dev.principal;
  const oldest = await granted(store, (now) => ({ endsAt: now + 3_000_000 }), { principalId: id });
  for (let at = 0; at < 3; at += 1) await grantedMany(store, 200, { principalId: id });
  for (const words of ['grants', 'grants --all', 'grants --mine --json']) {
    const { code, stdout } = await dev.ssh.run(words);
    t.equal(code, 0);
    t.equal(new Set(stdout.match(/\bG-\w+/g)).size, 601, words);
    t.match(stdout, oldest.id);
    t.notMatch(stdout, 'there are more');
  }
  t.match((await dev.ssh.run(undefined)).stdout, '  and 581 more\n');
});

void t.test('a store that is away ends a command with 75', async (t) => {
  const { StoreError } = await import('../../../gateway/store/store-error.ts');
  const office = await anOffice(t);
  const dev = await office.somebody('dev', ['developers']);
  t.equal((await dev.ssh.run('grants')).code, 0);
  const { store } = office.at.node;
  store.walkGrants = () => Promise.reject(new StoreError('STORE_UNREACHABLE', 'away'));
  for (const words of ['grants', 'grants --json', undefined]) {
    const run = await dev.ssh.run(words);
    t.match(run, { code: 75, stderr: 'sluice: the grant store cannot be reached' });
  }
});
