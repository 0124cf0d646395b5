/** A process that answers requests over Redis, told on its standard input, and that ends itself at a chosen step. */
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { nothingRan } from '../../../gateway/grants/aftermath.ts';
import { createElevations } from '../../../gateway/grants/elevations.ts';
import { createIds } from '../../../gateway/grants/ids.ts';
import { openRedisStore } from '../../../gateway/store/redis/redis-store.ts';
import type { OutboxEvent } from '../../../gateway/store/store.ts';
import { aPolicy } from '../../grants/samples.ts';

const { address, nodeId, key, dieAt } = JSON.parse(process.argv[2] ?? '{}') as {
  address: Parameters<typeof openRedisStore>[0]['address'];
  nodeId: string;
  key: string;
  /** Steps counted from the first approval on; undefined lives. */
  dieAt?: number;
};

let counting = false;
let steps = 0;
/** Every await of the path passes here: each call to Redis before and after, and the audit before and after its write. */
async function step(name: string): Promise<void> {
  if (!counting) return;
  steps += 1;
  if (steps === dieAt) {
    process.stdout.write(`${JSON.stringify({ died: name })}\n`, () => process.kill(process.pid, 'SIGKILL'));
    await new Promise(() => undefined);
  }
}

const store = await openRedisStore({
  address: { ...address, tls: undefined },
  nodeId,
  integrityKey: Buffer.from(key, 'hex'),
  onTampered: (what) => process.stderr.write(`${what}\n`),
  onTrouble: () => undefined,
  step: (name, when) => step(`${when} ${name}`),
});
/** The audit of this process: a line of its output, since what was written to a pipe outlives the process. */
async function settle(events: readonly OutboxEvent[]): Promise<void> {
  await step('before the audit');
  for (const event of events)
    await new Promise<void>((resolve) =>
      process.stdout.write(`${JSON.stringify({ entry: event })}\n`, () => resolve()),
    );
  await step('after the audit');
  await store.acknowledge(events.map(({ seq }) => seq));
}
const policy = aPolicy();
const elevations = createElevations({
  store,
  policy: () => policy,
  settle,
  newId: createIds(randomBytes),
  // It only approves.
  settleInForce: async () => false,
  aftermath: async () => nothingRan,
  record: async () => undefined,
});

process.stdout.write(`${JSON.stringify({ ready: true })}\n`);
for await (const line of createInterface({ input: process.stdin })) {
  const [verb, requestId = '', principalId = '', count = '1'] = line.split(' ');
  if (verb === 'approve') {
    const by = await store.principal(principalId);
    if (by === undefined) throw new Error(`nobody is ${principalId}`);
    counting = true;
    const answers = await Promise.all(
      Array.from({ length: Number(count) }, () =>
        elevations.approve({ requestId, by, authenticatedAt: Date.now() }),
      ),
    );
    counting = false;
    process.stdout.write(`${JSON.stringify({ answers: answers.length, steps })}\n`);
  }
  if (verb === 'adopt') {
    await settle(await store.adoptOutbox());
    process.stdout.write(`${JSON.stringify({ adopted: true })}\n`);
  }
}
