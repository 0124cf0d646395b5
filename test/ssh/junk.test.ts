import { spawn } from 'node:child_process';
import t from 'tap';
import { makeAppRepository } from '../../gateway/demo/sample-repository.ts';
import { delimPkt, flushPkt } from '../../gateway/git/pkt-line.ts';
import { pkts, section } from '../git/feeding.ts';
import { gitOnChannels, type OnChannels } from './git-on-channels.ts';

/** Runs a service with these bytes as all that its client says. */
async function say({ env }: OnChannels, service: string, input: Buffer, gitProtocol = '') {
  const [program = '', script = ''] = (env.GIT_SSH_COMMAND ?? '').split(' ');
  const child = spawn(program, [script, 'git@gw.test', `${service} '/hub/app.git'`], {
    env: { ...env, ...(gitProtocol === '' ? {} : { GIT_PROTOCOL: gitProtocol }) },
  });
  let stdout = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString('latin1');
  });
  child.stdin.on('error', () => undefined).end(input);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, stdout };
}

const id = 'a'.repeat(40);
const zero = '0'.repeat(40);
const listing = Buffer.concat([pkts('command=ls-refs\n'), delimPkt, flushPkt]);

void t.test(
  'what no client of git would say is refused, ends with 1, and never reaches the host',
  async (t) => {
    const asked: string[] = [];
    const served = await gitOnChannels(t, 'push', 'app', {
      host: { onRequest: ({ method }) => void (method === 'POST' && asked.push(method)) },
    });
    await makeAppRepository(served.node.directory);
    for (const [service, input, why, version] of [
      ['git-upload-pack', Buffer.from('GET / HTTP/1.1\r\n\r\n'), /ERR sluice: pkt-line length/, ''],
      ['git-upload-pack', Buffer.from('GET / HTTP/1.1\r\n\r\n'), /ERR sluice: pkt-line length/, 'version=2'],
      [
        'git-upload-pack',
        listing.subarray(0, -2),
        /ERR sluice: this fetch cannot be taken: it ends/,
        'version=2',
      ],
      ['git-upload-pack', section(`want ${id} no-done\n`), /"no-done" was not offered/, ''],
      [
        'git-upload-pack',
        section(`want ${id}\n`).subarray(0, -4),
        /ERR sluice: this fetch cannot be taken: it ends/,
        '',
      ],
      ['git-receive-pack', Buffer.from('GET / HTTP/1.1\r\n\r\n'), /$/, ''],
      [
        'git-receive-pack',
        section(`${zero} ${id} refs/heads/x\0report-status\n`),
        /ng refs\/heads\/x not taken by the gateway/,
        '',
      ],
      [
        'git-receive-pack',
        Buffer.concat([
          section(`${zero} ${id} refs/heads/x\0report-status\n`),
          Buffer.from('PACK\0\0\0\x02junk'),
        ]),
        /ng refs\/heads\/x not taken by the gateway/,
        '',
      ],
    ] as const) {
      const { code, stdout } = await say(served, service, input, version);
      t.match(stdout, why);
      t.equal(code, 1);
    }
    t.strictSame(asked, [], 'the host was asked for advertisements alone');
    t.strictSame(served.node.troubles, []);
  },
);

void t.test('a client that wants to know only what there is ends with 0', async (t) => {
  const served = await gitOnChannels(t, 'push', 'app');
  await makeAppRepository(served.node.directory);
  for (const service of ['git-upload-pack', 'git-receive-pack'])
    for (const input of [flushPkt, Buffer.alloc(0)]) {
      const { code, stdout } = await say(served, service, input);
      t.equal(code, 0);
      t.match(stdout, 'refs/heads/main');
    }
});
