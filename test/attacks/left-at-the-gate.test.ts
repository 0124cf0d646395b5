import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import t from 'tap';
import { flushPkt, pktLine } from '../../gateway/git/pkt-line.ts';
import type { Store } from '../../gateway/store/store.ts';
import { aWorkshop, type PackedPush, pushedRef, stateOf, type Workshop } from '../git/pack-makers.ts';
import { aGitNode, type GitNode, type GitNodeOptions, scopeOf } from '../https/git-node.ts';
import type { Ending } from '../servers/ending.ts';
import { startHostileHost } from '../servers/hostile-host.ts';
import { gitPost } from './raw-http.ts';

/** A push larger than 1 MiB and the repository it is for, behind a node whose gate waits for `atTheGate`. */
async function aPushAtTheGate(t: Ending, atTheGate: () => Promise<void>, options: GitNodeOptions = {}) {
  const workshop = await aWorkshop(t, 'sha1');
  const node = await aGitNode(t, {
    ...options,
    between: (store): Store => ({
      ...store,
      async passGate(passage) {
        await atTheGate();
        return store.passGate(passage);
      },
    }),
  });
  workshop.host(`${node.directory}/app.git`);
  const { principal, secret } = await node.person();
  await node.grant(principal, { scope: scopeOf('app', 'push') });
  const large = workshop.push('large', []);
  return { node, secret, large, body: requestOf(workshop, large) };
}

function requestOf(workshop: Workshop, large: PackedPush): Buffer {
  return workshop.request(large, large.pack);
}

/** Its outcome, and what the record says became of its ref. */
async function outcomeOf(node: GitNode) {
  const entries = await node.entries();
  const settled = entries.flatMap((entry) => (entry.type === 'push.settled' ? entry.updates : []));
  return {
    order: entries.map(({ type }) => type).filter((type) => /^(push|operation)\./.test(type)),
    settled: settled.map(({ outcome }) => outcome),
    ended: entries.at(-1),
  };
}

const wholeOrder = ['operation.started', 'push.commands', 'push.released', 'push.settled', 'operation.ended'];

void t.test(
  'a client that leaves while the gate is asked: what passed is applied, and on record as that',
  async (t) => {
    let socket: Socket | undefined;
    const { node, secret, large, body } = await aPushAtTheGate(t, async () => {
      socket?.resetAndDestroy();
      while (node.door.connections.size > 0) await new Promise(setImmediate);
    });
    // Chunked and never ended, so that the client leaves inside its request.
    const head = gitPost(secret, 'receive-pack', '')
      .toString()
      .replace('Content-Length: 0', 'Transfer-Encoding: chunked');
    socket = connect(node.door.port, '127.0.0.1').on('error', () => undefined);
    const gone = once(socket, 'close');
    socket.write(`${head}${body.length.toString(16)}\r\n`);
    socket.write(body);
    socket.write('\r\n');
    await gone;
    const { order, settled, ended } = await outcomeOf(node);
    t.strictSame(order, wholeOrder);
    t.strictSame(settled, ['applied']);
    t.match(ended, { outcome: 'client-left' });
    t.match(stateOf(`${node.directory}/app.git`)[0], `${large.newId} commit\t${pushedRef}`);
  },
);

void t.test(
  'a compressed push that lacks only bytes behind its pack is settled as what its host made of it',
  async (t) => {
    const { node, secret, large, body } = await aPushAtTheGate(t, async () => {
      // The end of the request, and with it of the gzip, comes while the gate is asked.
      for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
    });
    const short = gzipSync(body).subarray(0, -8);
    const socket = connect(node.door.port, '127.0.0.1').on('error', () => undefined);
    socket.write(
      gitPost(secret, 'receive-pack', short, { headers: ['Content-Encoding: gzip', 'Connection: close'] }),
    );
    let said = '';
    socket.on('data', (chunk) => {
      said += chunk.toString('latin1');
    });
    await once(socket, 'close');
    const { order, settled } = await outcomeOf(node);
    t.strictSame(order, wholeOrder);
    t.strictSame(settled, ['applied']);
    t.match(said, `ok ${pushedRef}`);
    t.match(stateOf(`${node.directory}/app.git`)[0], `${large.newId} commit\t${pushedRef}`);
  },
);

void t.test(
  'a host that breaks off while the gate is asked never had the push, and that is on record',
  async (t) => {
    let asked = (_breakOff: () => Promise<void>): void => undefined;
    const host = await startHostileHost(t, (request, socket) => {
      request.body().catch(() => undefined);
      asked(async () => {
        socket.resetAndDestroy();
        await request.gone;
      });
    });
    const breakingOff = new Promise<() => Promise<void>>((resolve) => {
      asked = resolve;
    });
    const atTheGate = async (): Promise<void> => {
      await (await breakingOff)();
      // By now the gateway has seen it.
      for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
    };
    const { node, secret, body } = await aPushAtTheGate(t, atTheGate, { hostUrl: host.url });
    const socket = connect(node.door.port, '127.0.0.1').on('error', () => undefined);
    socket.write(gitPost(secret, 'receive-pack', body, { headers: ['Connection: close'] }));
    socket.resume();
    await once(socket, 'close');
    const { order, settled, ended } = await outcomeOf(node);
    t.strictSame(order, wholeOrder);
    t.strictSame(settled, ['cut']);
    t.match(ended, { outcome: 'upstream-failed' });
  },
);

void t.test(
  'a compressed push whose client left before anybody read it ends, and leaves no lease behind',
  async (t) => {
    let socket: Socket | undefined;
    let leave = (): void => undefined;
    const left = new Promise<void>((resolve) => {
      leave = resolve;
    });
    const node = await aGitNode(t, {
      between: (store): Store => ({
        ...store,
        async leave(operationId) {
          await store.leave(operationId);
          leave();
        },
        async enter(operation, seq, how) {
          const entered = await store.enter(operation, seq, how);
          socket?.resetAndDestroy();
          while (node.door.connections.size > 0) await new Promise(setImmediate);
          return entered;
        },
      }),
    });
    const { principal, secret } = await node.person();
    await node.grant(principal, { scope: scopeOf('app', 'push') });
    const list = Buffer.concat([
      pktLine(`${'0'.repeat(40)} ${'a'.repeat(40)} ${pushedRef}\0report-status`),
      flushPkt,
    ]);
    const head = gitPost(secret, 'receive-pack', '', { headers: ['Content-Encoding: gzip'] }).toString();
    socket = connect(node.door.port, '127.0.0.1').on('error', () => undefined);
    socket.write(head.replace('Content-Length: 0', 'Content-Length: 1000'));
    socket.write(gzipSync(list));
    await left;
    t.match((await node.entries()).at(-1), { type: 'operation.ended', outcome: 'client-left' });
    t.equal(node.git.leases.size, 0);
  },
);
