/** The gateway of a bench, `CONFIGURATION [SSH-KEY]`: a process of its own, as `sluice serve` would be, that also makes one credential and does what it is told. */
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { pino } from 'pino';
import { loadConfig } from '../../config/load.ts';
import { issueAccounts, registerNewKey } from '../../gateway/demo/demo-accounts.ts';
import { startGateway } from '../../gateway/gateway.ts';
import { grantRevoked } from '../../gateway/grants/elevation-events.ts';
import { createIds } from '../../gateway/grants/ids.ts';
import type { Lock } from '../../gateway/store/records.ts';
import { newestGrants } from '../store/recorded.ts';
import type { Order, OrderAnswer } from './orders.ts';
import type { ReadyFacts } from './ready-facts.ts';

const loaded = await loadConfig(process.argv[2] ?? '');
if (loaded.kind === 'faulty')
  throw new Error(loaded.faults.map(({ field, message }) => `${field} ${message}`).join('\n'));
const gateway = await startGateway(loaded.config, { log: pino({ level: 'warn' }), webRoot: '/nonexistent' });
const { issuer } = loaded.config.oidc;
const { developer } = await issueAccounts(gateway, issuer);
const sshKeyFile = process.argv[3];
if (sshKeyFile !== undefined) await registerNewKey(gateway, issuer, 'developer', sshKeyFile);
process.once('SIGTERM', () => void gateway.close('bench-ended').then(() => process.exit(0)));
const facts: ReadyFacts = {
  port: gateway.httpsPort,
  opsPort: gateway.opsPort,
  sshPort: gateway.sshPort,
  credential: developer.git,
};
process.stdout.write(`${JSON.stringify(facts)}\n`);

const newId = createIds(randomBytes);
/** Who is said to have done it. */
const by = 'P-BENCH';

createInterface({ input: process.stdin }).on('line', (line) => {
  const order = JSON.parse(line) as Order;
  void obey(order).then((answer) =>
    process.stdout.write(`${JSON.stringify({ ...answer, order: order.number })}\n`),
  );
});

async function obey(order: Order): Promise<Omit<OrderAnswer, 'order'>> {
  const { store } = gateway;
  switch (order.kind) {
    case 'grant': {
      const grant = await liveGrant(order.repository);
      return { at: grant.endsAt };
    }
    case 'revoke': {
      const grant = await liveGrant(order.repository);
      const { events } = await store.revokeGrant(grant.id, by, 'bench', grantRevoked(grant, by, 'bench'));
      await gateway.settle(events);
      return { at: events[0]?.at ?? Number.NaN };
    }
    case 'lock':
      return await lock(order);
    case 'lift': {
      const body = { lockId: order.lockId, by, reason: 'bench' };
      const { events } = await store.lift(order.lockId, { type: 'lock.lifted', body });
      await gateway.settle(events);
      return { at: events[0]?.at ?? Number.NaN };
    }
    case 'memory':
      if (order.collected) await collectAll();
      return { at: Date.now(), memory: process.memoryUsage() };
  }
}

/** Twice: what has a finaliser goes with the second. The pages are given back a little later. */
async function collectAll(): Promise<void> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  await pause(100);
  collect();
  await pause(1_000);
}

/** With each operation it stopped, the time at which this node heard that nothing of it moves any more. */
async function lock({ on }: Extract<Order, { kind: 'lock' }>): Promise<Omit<OrderAnswer, 'order'>> {
  const { store } = gateway;
  const still = new Map<string, number>();
  let told: () => void = () => undefined;
  const stopListening = store.onChange((change) => {
    if (change?.kind !== 'operation' || still.has(change.id)) return;
    still.set(change.id, Date.now());
    told();
  });
  const made: Lock = {
    id: newId('L'),
    on,
    except: [],
    reason: 'bench',
    by,
    createdAt: await store.now(),
  };
  const { value, events } = await store.lock(made, {
    type: 'lock.made',
    body: { lockId: made.id, on, except: [], reason: 'bench', by },
  });
  await gateway.settle(events);
  const ids = value.touched.map(({ operation }) => operation.id);
  while (ids.some((id) => !still.has(id)))
    await new Promise<void>((resolve) => {
      told = resolve;
    });
  stopListening();
  return {
    at: events[0]?.at ?? Number.NaN,
    lockId: made.id,
    stillAt: ids.map((id) => still.get(id) ?? Number.NaN),
  };
}

async function liveGrant(repository: string) {
  const grants = await newestGrants(gateway.store);
  const found = grants.find(
    ({ grant, state }) => grant.scope.repository === repository && state.kind === 'live',
  );
  if (found === undefined) throw new Error(`no live grant on ${repository}`);
  return found.grant;
}
