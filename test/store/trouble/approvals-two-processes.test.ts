import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import t from 'tap';
import { openRedisStore } from '../../../gateway/store/redis/redis-store.ts';
import { prefix } from '../../../gateway/store/redis/script.ts';
import { claimMs } from '../../../gateway/store/spans.ts';
import type { OutboxEvent } from '../../../gateway/store/store.ts';
import { programBeside } from '../../servers/clone.ts';
import { startRedis } from '../../servers/redis.ts';
import { asked, newestGrants } from '../recorded.ts';
import { aPerson } from '../samples.ts';

t.setTimeout(600_000);

const redis = await startRedis(t);
const key = randomBytes(32);
const store = await openRedisStore({
  address: redis.address,
  nodeId: 'test',
  integrityKey: key,
  onTampered: () => t.fail('a record was not sealed'),
  onTrouble: () => undefined,
});
t.teardown(() => store.close());
const program = programBeside(import.meta.url, './approving-process');

interface Peer {
  readonly child: ChildProcess;
  readonly said: Record<string, unknown>[];
  say(line: string): void;
  heard(field: string): Promise<Record<string, unknown> | undefined>;
}

async function aProcess(nodeId: string, dieAt?: number): Promise<Peer> {
  const args = JSON.stringify({ address: redis.address, nodeId, key: key.toString('hex'), dieAt });
  const child = spawn(process.execPath, [...program, args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  const said: Record<string, unknown>[] = [];
  const lines = createInterface({ input: child.stdout });
  const news = new EventTarget();
  lines.on('line', (line) => {
    said.push(JSON.parse(line) as Record<string, unknown>);
    news.dispatchEvent(new Event('line'));
  });
  const ended = once(lines, 'close');
  const peer: Peer = {
    child,
    said,
    say: (line) => void child.stdin.write(`${line}\n`),
    async heard(field) {
      for (;;) {
        const found = said.find((value) => field in value);
        if (found !== undefined) return found;
        const more = await Promise.race([once(news, 'line').then(() => true), ended.then(() => false)]);
        if (!more) return said.find((value) => field in value);
      }
    },
  };
  child.stdin.on('error', () => undefined);
  await peer.heard('ready');
  return peer;
}

const entriesOf = ({ said }: Peer, requestId: string): OutboxEvent[] =>
  said.flatMap(({ entry }) => {
    const event = entry as OutboxEvent | undefined;
    return event?.body.requestId === requestId ? [event] : [];
  });

void t.test(
  '50 approvals through two processes, one of them killed at each await in turn: one grant or none, one entry, no key without TTL',
  async (t) => {
    const ana = await store.enrol(aPerson({ groups: ['approvers'] }), 'P-ANA');
    const bob = await store.enrol(aPerson({ groups: ['approvers'] }), 'P-BOB');
    const dev = await store.enrol(aPerson({ groups: ['developers'] }), 'P-DEVELOPER');
    let hours = 0;
    const ask = () => {
      hours += 1;
      return asked(store, {
        principalId: dev.id,
        scopes: [{ repository: 'hub/app', right: 'fetch', refs: [], kinds: [] }],
        // Longer than all rounds take on a busy machine, and each its own: an ask like one that waits would be that one.
        durationMs: hours * 3_600_000,
      });
    };

    // How many awaits a lone approval has, and that it works.
    const counting = await aProcess('counting');
    counting.say(`approve ${(await ask()).id} ${ana.id}`);
    const { steps } = (await counting.heard('answers')) as { steps: number };
    t.ok(steps >= 10, `${steps} awaits`);

    const survivor = await aProcess('survivor');
    /** Each step once, every second one in a race with the survivor; those then once more alone. */
    const deaths = [
      ...Array.from({ length: steps }, (_, at) => ({ dieAt: at + 1, races: at % 2 === 1 })),
      ...Array.from({ length: Math.floor(steps / 2) }, (_, at) => ({ dieAt: 2 * at + 2, races: false })),
    ];
    // Each starts while the one before it works.
    const startOf = (at: number) => {
      const death = deaths[at];
      return death && aProcess(`mortal-${at + 1}`, death.dieAt);
    };
    let next = startOf(0);
    const rounds: { request: string; mortal: Peer; dieAt: number }[] = [];
    for (const [at, { dieAt, races }] of deaths.entries()) {
      const request = (await ask()).id;
      const mortal = await next;
      if (mortal === undefined) throw new Error('a process was not started');
      next = startOf(at + 1);
      mortal.say(`approve ${request} ${ana.id} ${races ? 25 : 1}`);
      if (races) survivor.say(`approve ${request} ${bob.id} 25`);
      await mortal.heard('died');
      mortal.child.kill('SIGKILL');
      // Alone it dies at exactly this await; only then the others come.
      if (!races) survivor.say(`approve ${request} ${bob.id} 50`);
      rounds.push({ request, mortal, dieAt });
    }
    // Claims of the dead lapse; then anybody finishes what they began.
    await new Promise((resolve) => setTimeout(resolve, claimMs + 500));
    survivor.say('adopt');
    await survivor.heard('adopted');

    const grants = await newestGrants(store, dev.id);
    for (const { request, mortal, dieAt } of rounds) {
      const own = grants.filter(({ grant }) => grant.requestId === request);
      t.equal(
        own.length,
        1,
        `killed at step ${dieAt} (${String(mortal.said.find((one) => 'died' in one)?.died)}): one grant, since the survivor approves too`,
      );
      t.match(own, [{ state: { kind: 'live' } }], 'and it is usable');
      const entries = [...entriesOf(mortal, request), ...entriesOf(survivor, request)].filter(
        ({ type }) => type === 'grant.issued',
      );
      t.equal(new Set(entries.map(({ seq }) => seq)).size, 1, 'one event of the store');
      t.equal(
        entries.filter(({ adoptedFrom }) => adoptedFrom === undefined).length <= 1,
        true,
        'written twice only where the second says whom it was taken over from',
      );
    }
    const lasting: string[] = [];
    for (const key of (await redis.admin('KEYS', '*')) as string[])
      if (Number(await redis.admin('PTTL', key)) === -1) lasting.push(key.slice(prefix.length));
    const known = [
      'locks',
      'open-grants',
      'outbox',
      'outbox-again',
      'outbox-claims',
      'outbox-node',
      'pending',
      'seq',
    ];
    t.strictSame(
      lasting.filter((name) => !known.includes(name)),
      [],
    );
  },
);
