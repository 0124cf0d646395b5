import { readdir, readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { connect as secureConnect } from 'node:tls';
import t from 'tap';
import { makeAppRepository } from '../../gateway/demo/sample-repository.ts';
import { aSite, gitCredential, grantedBy } from '../e2e/nodes.ts';
import { gitClient } from '../servers/git.ts';

t.setTimeout(600_000);

/** The beginning of a ClientHello: a handshake record of 512 bytes of which a few come. */
const helloBegun = Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03]);

const halfOpen: Readonly<Record<string, Buffer | undefined>> = {
  'say nothing': undefined,
  'begin a ClientHello': helloBegun,
  'speak HTTP without TLS': Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'),
  'speak SSH': Buffer.from('SSH-2.0-x\r\n'),
};

void t.test(
  '200 connections of each kind that never finish their TLS hinder nobody, and are gone after the limit',
  async (t) => {
    const site = await aSite(t, {}, { limits: 'tlsHandshake: 1s' });
    await makeAppRepository(site.repositories);
    const node = await site.node('one');
    const secret = await gitCredential(site, node, 'developer');
    await grantedBy(site, node, node, { repository: 'hub/app', right: 'fetch' });
    const git = await gitClient(t, { caFile: site.caFile });
    await git.must(['ls-remote', node.address(secret, 'app.git')]);
    const openFiles = async (): Promise<number> =>
      (await readdir(`/proc/${node.program.child.pid}/fd`)).length;
    const before = await openFiles();

    for (const [what, bytes] of Object.entries(halfOpen)) {
      const closed: Promise<void>[] = [];
      const sockets = Array.from({ length: 200 }, (): Socket => {
        const socket = connect(node.httpsPort, '127.0.0.1')
          .on('error', () => undefined)
          .resume();
        closed.push(new Promise((resolve) => socket.once('close', () => resolve())));
        if (bytes !== undefined) socket.write(bytes);
        return socket;
      });
      t.teardown(() => {
        for (const socket of sockets) socket.destroy();
      });
      const started = performance.now();
      await git.must(['ls-remote', node.address(secret, 'app.git')]);
      t.comment(`beside 200 that ${what}: ${Math.round(performance.now() - started)} ms`);
      await Promise.all(closed);
      t.pass(`all that ${what} are gone after ${Math.round(performance.now() - started)} ms`);
    }
    while ((await openFiles()) > before + 5) await new Promise((resolve) => setTimeout(resolve, 20));
    t.equal(node.program.child.exitCode, null);
  },
);

void t.test(
  'connections that agree on TLS and then trickle a request without end are gone too',
  async (t) => {
    const site = await aSite(t, {}, { limits: 'headers: 1s' });
    const node = await site.node('one');
    const ca = await readFile(site.caFile);
    const started = performance.now();
    const closed = ['', 'GET / HTTP/1.1\r\n', 'GET / HTTP/1.1\r\nX: '].map((begun) => {
      const socket = secureConnect({ port: node.httpsPort, host: 'localhost', ca }).on(
        'error',
        () => undefined,
      );
      socket.resume().write(begun);
      const trickle = begun === '' ? undefined : setInterval(() => socket.write('x: y\r\n'), 100);
      return new Promise<void>((resolve) =>
        socket.once('close', () => {
          clearInterval(trickle);
          resolve();
        }),
      );
    });
    await Promise.all(closed);
    const tookMs = performance.now() - started;
    // Node looks every 5 s.
    t.ok(tookMs < 9_000, `gone after ${Math.round(tookMs)} ms`);
  },
);
