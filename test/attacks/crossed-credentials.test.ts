import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { startGitHost } from '../../gateway/demo/git-host.ts';
import { makeAppRepository } from '../../gateway/demo/sample-repository.ts';
import { aSite, gitCredential, grantedBy } from '../e2e/nodes.ts';
import { gitClient } from '../servers/git.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';

t.setTimeout(600_000);

const passwords = { fetch: 'the-host-password-to-fetch', push: 'the-host-password-to-push' };

/** A secret as it stands, and in the Base64 that Basic makes of it. */
function forms(user: string, secret: string): readonly string[] {
  return [secret, Buffer.from(`${user}:${secret}`).toString('base64').replace(/=+$/, '')];
}

/** Text of every file below a folder. */
async function everythingIn(folder: string): Promise<string> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile());
  return (await Promise.all(files.map(({ path, name }) => readFile(join(path, name), 'latin1')))).join('\n');
}

void t.test(
  'through refusals, clones, pushes and a host that refuses, each credential stays on its side and out of every record',
  async (t) => {
    const seen: string[] = [];
    const repositories = await temporaryDirectory(t);
    await makeAppRepository(repositories);
    const host = await startGitHost({
      directory: repositories,
      credentials: {
        fetch: { username: 'fetcher', password: passwords.fetch },
        push: { username: 'pusher', password: passwords.push },
      },
      onRequest: ({ method, url, headers }) => seen.push(JSON.stringify({ method, url, headers })),
    });
    t.teardown(() => host.close());
    const secrets = await temporaryDirectory(t);
    const file = async (name: string, value: string): Promise<string> => {
      await writeFile(join(secrets, name), `${value}\n`, { mode: 0o600 });
      return join(secrets, name);
    };
    const pushFile = await file('push', passwords.push);
    const credential = `{ fetch: { username: fetcher, passwordFile: ${await file('fetch', passwords.fetch)} }, push: { username: pusher, passwordFile: ${pushFile} } }`;
    const site = await aSite(
      t,
      {},
      {
        logLevel: 'debug',
        upstream: `{ kind: generic, url: "${host.url}", allowPlainHttp: true, credential: ${credential} }`,
      },
    );
    const node = await site.node('one');
    const secret = await gitCredential(site, node, 'developer');
    const git = await gitClient(t, {
      caFile: site.caFile,
      env: { GIT_CURL_VERBOSE: '1', GIT_TRACE_CURL: '1' },
    });
    const cookies = ['-c', 'http.extraHeader=Cookie: session=of-the-client'];
    const address = node.address(secret, 'app.git');
    let shown = '';
    const run = async (...args: readonly string[]): Promise<number> => {
      const { code, stdout, stderr } = await git.run([...cookies, ...args]);
      shown += stdout + stderr;
      return code;
    };

    t.not(await run('clone', address, 'none'), 0, 'without a grant');
    await grantedBy(site, node, node, { repository: 'hub/app', right: 'push' });
    t.equal(await run('clone', address, 'app'), 0);
    t.equal(await run('-C', 'app', 'push', 'origin', 'HEAD:refs/heads/x'), 0);
    await writeFile(pushFile, 'no-longer-right\n');
    await git.run(['-C', 'app', 'commit', '-q', '--allow-empty', '-m', 'two']);
    t.not(await run('-C', 'app', 'push', 'origin', 'HEAD:refs/heads/y'), 0, 'the host refuses the gateway');
    t.match(shown, "does not accept the gateway's own credential");

    const process = `/proc/${node.program.child.pid}`;
    const visible = await readFile(`${process}/cmdline`, 'latin1');
    const title = await readFile(`${process}/comm`, 'latin1');
    const metrics = await (await fetch(`http://127.0.0.1:${node.opsPort}/metrics`)).text();
    await node.program.stop('SIGTERM');
    const places: Readonly<Record<string, string>> = {
      'the client': shown,
      'the log': node.program.output(),
      'the audit': await everythingIn(node.auditDirectory),
      'the process’s arguments': visible + title,
      metrics,
      Redis: JSON.stringify(await everythingInRedis(site.redis.admin)),
    };
    // The client's trace has its own credential, as it sent it.
    const own = [...forms('git', secret), secret.slice(13)];
    const hosts = [
      ...forms('fetcher', passwords.fetch),
      ...forms('pusher', passwords.push),
      'no-longer-right',
    ];
    for (const [place, text] of Object.entries(places)) {
      t.ok(text.length > 0, `${place} says something`);
      for (const form of hosts)
        t.notOk(text.includes(form), `no ${form.slice(0, 12)}… of the host in ${place}`);
      if (place === 'the client') continue;
      for (const form of own) t.notOk(text.includes(form), `no credential of the client in ${place}`);
    }
    t.ok(seen.length > 4, 'the host was asked');
    const asked = seen.join('\n');
    for (const form of [...own, 'of-the-client'])
      t.notOk(asked.includes(form), 'nothing of the client at the host');
  },
);

/** By type of key. */
const readingAll: Readonly<Record<string, readonly string[]>> = {
  string: ['GET'],
  hash: ['HGETALL'],
  set: ['SMEMBERS'],
  zset: ['ZRANGE', '0', '-1'],
  stream: ['XRANGE', '-', '+'],
};

async function everythingInRedis(admin: (...command: string[]) => Promise<unknown>): Promise<unknown> {
  const keys = (await admin('KEYS', '*')) as string[];
  return await Promise.all(
    keys.map(async (key) => {
      const type = String(await admin('TYPE', key));
      const [command = '', ...range] = readingAll[type] ?? [];
      return [key, await admin(command, key, ...range)];
    }),
  );
}
