import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { Agent, get } from 'node:https';
import { type AddressInfo, connect, createServer } from 'node:net';
import t from 'tap';
import { makeAppRepository, makeSlowRepository } from '../../gateway/demo/sample-repository.ts';
import type { Ending } from '../servers/ending.ts';
import { gitClient } from '../servers/git.ts';
import { aSite, gitCredential, grantedBy, type Node, type Site } from './nodes.ts';

t.setTimeout(600_000);

/** Resolves with so many entries that fit, once they are in the node's log. */
async function entriesOf(
  node: Node,
  count: number,
  fits: (entry: Record<string, unknown>) => boolean,
): Promise<readonly Record<string, unknown>[]> {
  for (;;) {
    const found = (await node.entries()).filter(fits);
    if (found.length >= count) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A way to a node that counts what comes down, and holds back what goes up behind so many bytes until it is told. */
async function watchedWay(t: Ending, port: number, holdsBehind = Number.POSITIVE_INFINITY) {
  const way = { port: 0, down: 0, up: 0, letUp: (): void => undefined };
  let limit = holdsBehind;
  const server = createServer((client) => {
    const gateway = connect(port, '127.0.0.1');
    client.on('data', (chunk) => {
      gateway.write(chunk);
      way.up += chunk.length;
      if (way.up >= limit) client.pause();
    });
    way.letUp = () => {
      limit = Number.POSITIVE_INFINITY;
      client.resume();
    };
    gateway.on('data', (chunk) => {
      way.down += chunk.length;
      client.write(chunk);
    });
    for (const [one, other] of [
      [client, gateway],
      [gateway, client],
    ] as const)
      one.on('error', () => other.destroy()).on('close', () => other.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  way.port = (server.address() as AddressInfo).port;
  t.teardown(() => server.close());
  return way;
}

/** Asks for the refs again and again on one connection. */
async function onOneConnection(t: Ending, site: Site, node: Node, secret: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: await readFile(site.caFile) });
  t.teardown(() => agent.destroy());
  return async (): Promise<number | undefined> => {
    const url = `https://localhost:${node.httpsPort}/hub/app.git/info/refs?service=git-upload-pack`;
    const [answer] = await once(get(url, { agent, auth: `git:${secret}` }), 'response');
    answer.resume();
    await once(answer, 'end');
    return answer.statusCode;
  };
}

void t.test(
  'a node that was stopped and wakes up moves nothing of what another has taken over, and serves on',
  async (t) => {
    const site = await aSite(
      t,
      { slow: 200_000 },
      { limits: 'storeGrace: 5s, criticalStoreGrace: 5s, cutGrace: 0s' },
    );
    await makeAppRepository(site.repositories);
    await makeSlowRepository(site.repositories);
    const [one, two] = [await site.node('one'), await site.node('two')];
    const secret = await gitCredential(site, one, 'developer');
    await grantedBy(site, one, one, { repository: 'hub/slow', right: 'fetch' });
    await grantedBy(site, one, one, { repository: 'hub/app', right: 'push' });
    await grantedBy(site, one, one, { repository: 'hub/app', right: 'fetch' });

    const git = await gitClient(t, { caFile: site.caFile });
    const inApp = { cwd: `${git.directory}/app` };
    await git.must(['clone', '-q', `${site.repositories}/app.git`, 'app']);
    await writeFile(`${inApp.cwd}/new`, randomBytes(3_000_000));
    await git.must(['add', '.'], inApp);
    await git.must(['commit', '-q', '-m', 'new'], inApp);
    const [down, up] = [await watchedWay(t, one.httpsPort), await watchedWay(t, one.httpsPort, 2_000_000)];
    const through = (port: number, name: string) => `https://git:${secret}@localhost:${port}/hub/${name}`;

    const refs = await onOneConnection(t, site, one, secret);
    t.equal(await refs(), 200);
    const push = git.start(['push', through(up.port, 'app.git'), 'HEAD:refs/heads/late'], inApp);
    const clone = git.start(['clone', '--progress', through(down.port, 'slow.git')]);
    await clone.stderrHas(/Receiving objects/);
    await entriesOf(one, 1, ({ type }) => type === 'push.commands');

    one.program.child.kill('SIGSTOP');
    const adopted = await entriesOf(two, 3, ({ type }) => type === 'operation.ended');
    t.strictSame(
      adopted.map(({ repository, right, outcome }) => `${repository} ${right} ${outcome}`).toSorted(),
      ['hub/app fetch advertised', 'hub/app push interrupted', 'hub/slow fetch interrupted'],
    );
    t.ok(adopted.every(({ adoptedFrom }) => typeof adoptedFrom === 'string'));
    const downBefore = down.down;
    up.letUp();
    one.program.child.kill('SIGCONT');

    t.not((await clone.finished).code, 0);
    t.not((await push.finished).code, 0);
    t.equal(down.down - downBefore, 0, 'not a byte of the clone came down');
    const heads = await git.must(['ls-remote', `${site.repositories}/app.git`]);
    t.notMatch(heads, 'refs/heads/late');
    const ended = await entriesOf(
      one,
      2,
      ({ type, reason }) => type === 'operation.ended' && reason === 'taken-over',
    );
    t.strictSame(
      ended.map(({ outcome }) => outcome),
      ['cut', 'cut'],
    );
    t.strictSame(
      (await one.entries()).filter(({ type }) => type === 'push.released'),
      [],
    );

    t.equal(await refs(), 200, 'the same connection is served on');
    const started = (await one.entries()).filter(
      ({ type, repository, right }) =>
        type === 'operation.started' && repository === 'hub/app' && right === 'fetch',
    );
    t.equal(started.length, 2, 'as an operation of its own');
  },
);
