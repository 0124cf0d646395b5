import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { type GitHostOptions, type HostRequest, startGitHost } from '../../gateway/demo/git-host.ts';
import { makeAppRepository } from '../../gateway/demo/sample-repository.ts';
import { gitClient } from '../servers/git.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';

async function aHost(t: Test, options: Partial<GitHostOptions> = {}) {
  const directory = await temporaryDirectory(t);
  await makeAppRepository(directory);
  const host = await startGitHost({ directory, ...options });
  t.teardown(() => host.close());
  return { host, directory, client: await gitClient(t) };
}

/** The processes whose environment names this folder of repositories: the host's programs and their children. */
function programsOf(directory: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`GIT_PROJECT_ROOT=${directory}\0`);
    } catch {
      return false;
    }
  });
}

async function untilNoPrograms(directory: string): Promise<void> {
  while (programsOf(directory).length > 0) await new Promise((resolve) => setImmediate(resolve));
}

for (const version of ['0', '1', '2']) {
  void t.test(`a clone by protocol v${version} brings history and tags`, async (t) => {
    const { host, client } = await aHost(t);
    await client.must(['-c', `protocol.version=${version}`, 'clone', '-q', `${host.url}/app`, 'app']);
    t.equal((await client.must(['-C', 'app', 'rev-list', '--count', 'HEAD'])).trim(), '3');
    t.equal(await client.must(['-C', 'app', 'tag']), 'v1.0.0\nv1.0.1\n');
  });
}

void t.test('a push over http.postBuffer, chunked, arrives whole', async (t) => {
  const { host, directory, client } = await aHost(t);
  await client.must(['clone', '-q', `${host.url}/app.git`, 'app']);
  await writeFile(join(client.directory, 'app', 'chart.bin'), randomBytes(2_500_000));
  await client.must(['-C', 'app', 'add', '.']);
  await client.must(['-C', 'app', 'commit', '-q', '-m', 'Add a chart']);
  await client.must(['-C', 'app', 'push', '-q', 'origin', 'HEAD:refs/heads/charts']);

  const pushed = await client.must(['-C', 'app', 'rev-parse', 'HEAD']);
  const there = await client.must(['-C', join(directory, 'app.git'), 'rev-parse', 'charts']);
  t.equal(there, pushed);
  await client.must(['-C', join(directory, 'app.git'), 'fsck', '--strict']);
});

void t.test('a push under http.postBuffer, with Content-Length, arrives', async (t) => {
  const { host, directory, client } = await aHost(t);
  await client.must(['clone', '-q', `${host.url}/app`, 'app']);
  await client.must(['-C', 'app', 'commit', '-q', '--allow-empty', '-m', 'Nothing new']);
  await client.must(['-C', 'app', 'push', '-q', 'origin', 'main']);
  t.equal(
    await client.must(['-C', join(directory, 'app.git'), 'rev-parse', 'main']),
    await client.must(['-C', 'app', 'rev-parse', 'main']),
  );
});

void t.test('twenty requests at once are answered, and nobody is warned of them', async (t) => {
  const warnings: Error[] = [];
  const warned = (warning: Error): void => void warnings.push(warning);
  process.on('warning', warned);
  t.teardown(() => process.off('warning', warned));
  const { host, client } = await aHost(t);
  const lists = await Promise.all(
    Array.from({ length: 20 }, () => client.must(['ls-remote', `${host.url}/app`])),
  );
  t.equal(new Set(lists).size, 1);
  t.strictSame(warnings, []);
});

void t.test('a compressed fetch request is understood', async (t) => {
  const encodings: unknown[] = [];
  const { host, directory, client } = await aHost(t, {
    onRequest: ({ headers }) => void encodings.push(headers['content-encoding']),
  });
  await client.must(['clone', '-q', `${host.url}/app`, 'app']);
  // Something to fetch, and enough unknown history that the request is long.
  const bare = join(directory, 'app.git');
  const news = (
    await client.must(['-C', bare, 'commit-tree', 'main^{tree}', '-p', 'main', '-m', 'News'])
  ).trim();
  await client.must(['-C', bare, 'update-ref', 'refs/heads/news', news]);
  for (let index = 0; index < 60; index += 1) {
    await client.must(['-C', 'app', 'commit', '-q', '--allow-empty', '-m', `Entry ${index}`]);
  }
  await client.must(['-C', 'app', 'fetch', '-q', 'origin']);
  t.ok(encodings.includes('gzip'));
  t.equal((await client.must(['-C', 'app', 'rev-parse', 'origin/news'])).trim(), news);
});

void t.test('each right takes its own credential and no other', async (t) => {
  const seen: HostRequest[] = [];
  const { host, client } = await aHost(t, {
    credentials: {
      fetch: { username: 'reader', password: 'r' },
      push: { username: 'writer', password: 'w' },
    },
    onRequest: (request) => void seen.push(request),
  });
  const as = (who: string) => `http://${who}@127.0.0.1:${host.port}/app`;

  t.match(await client.run(['clone', '-q', `${host.url}/app`, 'none']), { code: 128 });
  t.match(await client.run(['clone', '-q', as('writer:w'), 'none']), { code: 128 });
  await client.must(['clone', '-q', as('reader:r'), 'app']);
  t.match(await client.run(['-C', 'app', 'push', '-q', as('reader:r'), 'HEAD:refs/heads/x']), { code: 128 });
  await client.must(['-C', 'app', 'push', '-q', as('writer:w'), 'HEAD:refs/heads/x']);
  t.ok(seen.some(({ headers }) => headers.authorization?.startsWith('Basic ')));
});

void t.test('an unknown repository and any other address are not found', async (t) => {
  const { host } = await aHost(t);
  for (const path of ['/no/info/refs?service=git-upload-pack', '/app/HEAD', '/', '/%zz/info/refs']) {
    t.equal((await fetch(host.url + path)).status, 404, path);
  }
});

void t.test('a client that leaves in the middle of a response takes the programs with it', async (t) => {
  const { host, directory, client } = await aHost(t, { bytesPerSecond: { app: 100 } });
  const clone = client.start(['clone', '--progress', `${host.url}/app`, 'app'], {
    env: { GIT_TRACE_CURL: '1', GIT_TRACE_CURL_NO_DATA: '1' },
  });
  await clone.stderrHas(/200 OK/);
  process.kill(-(clone.child.pid ?? 0), 'SIGKILL');
  await untilNoPrograms(directory);
  t.pass('no program is left');
});

void t.test('a Content-Length body cut short leaves no spinning program and changes nothing', async (t) => {
  const { host, directory, client } = await aHost(t);
  const bare = join(directory, 'app.git');
  const refs = await client.must(['-C', bare, 'for-each-ref']);
  const socket = connect(host.port, '127.0.0.1');
  const head = (await client.must(['-C', bare, 'rev-parse', 'main'])).trim();
  const command = `${'0'.repeat(40)} ${head} refs/heads/cut\0report-status`;
  const line = (command.length + 4).toString(16).padStart(4, '0') + command;
  socket.write(
    'POST /app/git-receive-pack HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-git-receive-pack-request\r\n' +
      `Content-Length: 5000\r\n\r\n${line}0000PACK`,
  );
  while (programsOf(directory).length === 0) await new Promise((resolve) => setImmediate(resolve));
  socket.destroy();
  await untilNoPrograms(directory);
  t.equal(await client.must(['-C', bare, 'for-each-ref']), refs);
});

void t.test('closing the host ends the transfers that run', async (t) => {
  const { host, directory, client } = await aHost(t, { bytesPerSecond: { app: 100 } });
  const clone = client.start(['clone', '--progress', `${host.url}/app`, 'app'], {
    env: { GIT_TRACE_CURL: '1', GIT_TRACE_CURL_NO_DATA: '1' },
  });
  await clone.stderrHas(/200 OK/);
  await host.close();
  t.strictSame(programsOf(directory), []);
  t.equal((await clone.finished).code, 128);
});

void t.test('the sample repository has the same ids every time', async (t) => {
  const [first, second] = [await temporaryDirectory(t), await temporaryDirectory(t)];
  await makeAppRepository(first);
  await makeAppRepository(second);
  const idOf = (directory: string) =>
    execFileSync('git', ['-C', join(directory, 'app.git'), 'rev-parse', 'main', 'v1.0.1']).toString();
  t.equal(idOf(first), idOf(second));
});
