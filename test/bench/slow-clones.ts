/** A thousand clones whose clients hardly read: what each costs the gateway in memory, and how fast one lock on everything ends them all. */
import { setTimeout as pause } from 'node:timers/promises';
import { readEntries } from '../../gateway/audit/read.ts';
import type { Ending } from '../servers/ending.ts';
import { quantile, table } from './figures.ts';
import type { GatewayNode } from './gateway-node.ts';
import { residentMebibytes } from './process-use.ts';
import { startSlowClients } from './slow-clients.ts';
import { type Door, doorNames, startTwoNodes } from './two-nodes.ts';

export interface SlowEffort {
  readonly clones: number;
  /** How long they go on before anything is read off: buffers fill meanwhile. */
  readonly settleMs: number;
}

export const fullSlow: SlowEffort = { clones: 1_000, settleMs: 15_000 };
export const quickSlow: SlowEffort = { clones: 200, settleMs: 5_000 };

/** KiB. */
const residentBars: Readonly<Record<Door, number>> = { https: 300, ssh: 2_500 };

/** Of each 64 KiB in so long: 32 KB/s. */
const readEveryMs = 2_000;
/** Clones that warm the code up, and are gone before memory is first read. */
const warmUp = 50;
/** A cut clone is over at the latest when its grace is; its outcome is on the disk soon after. */
const outcomesWithinMs = 10_000;

export async function measureSlowClones(
  end: Ending,
  repository: string,
  { clones, settleMs }: SlowEffort,
  door: Door,
): Promise<string> {
  const nodes = await startTwoNodes(end, repository, door);
  const { changes, carries } = nodes;
  const lockAll = () => changes.order({ kind: 'lock', on: { kind: 'everything' } });

  const first = startSlowClients(end, nodes, { count: warmUp, readEveryMs: 200 });
  await first.moving;
  const { lockId = '' } = await lockAll();
  await first.ended;
  await changes.order({ kind: 'lift', lockId });
  await pause(settleMs / 3);
  const idle = await memoryOf(carries, false);
  const idleCollected = await memoryOf(carries, true);

  const clients = startSlowClients(end, nodes, { count: clones, readEveryMs });
  await clients.moving;
  await pause(settleMs);
  const full = await memoryOf(carries, false);
  const fullCollected = await memoryOf(carries, true);
  // The histograms of a node begin anew with each look.
  await carries.metrics();
  const { at, stillAt = [] } = await lockAll();
  const { ends } = await clients.ended;
  const outcomes = await outcomesSince(carries, at, clones);
  const seen = await carries.metrics();

  const each = (name: string, now: Memory, before: Memory): string[] => [
    name,
    ...(['rss', 'heap', 'buffers', 'external'] as const).map((of) =>
      ((now[of] - before[of]) / clones).toFixed(0),
    ),
  ];
  const memory = table(
    `${doorNames[door]}: memory of a clone whose client reads 64 KiB every ${readEveryMs / 1_000} s, KiB; mean of ${clones} at once over the idle node`,
    [
      ['', 'resident', 'heap', 'array buffers', 'other external'],
      each('as it stands', full, idle),
      each('once all that nobody holds is collected', fullCollected, idleCollected),
    ],
    [
      `bar for resident: ${residentBars[door]}; ${full.rssMebibytes.toFixed(0)} MiB in all, idle ${idle.rssMebibytes.toFixed(0)}`,
    ],
  );
  const cuts = table(
    `${doorNames[door]}: one lock on everything, made on one node, ${clones} clones on another; ms after the store's change`,
    [
      ['', 'n', 'p50', 'p99', 'max'],
      row(
        'the node said that it stands still',
        stillAt.map((still) => still - at),
      ),
      row(
        'its outcome `cut` written',
        outcomes.map((outcome) => outcome - at),
      ),
      row(
        'text at the client',
        ends.filter(({ told }) => told).map(({ endedAt }) => endedAt - at),
      ),
    ],
    [
      'bar for the last byte: p99 of 1,000 ms; an outcome is written when the connection is gone, so it bounds the last byte from above',
      `event loop of the carrying node meanwhile: delay p99 ${loop(seen, 'p99')} ms, longest ${loop(seen, 'max')} ms; bar for p99: 50 ms`,
    ],
  );
  return `${memory}\n\n${cuts}`;
}

function loop(seen: (name: string) => number, which: 'p99' | 'max'): string {
  return (seen(`nodejs_eventloop_lag_${which}_seconds`) * 1_000).toFixed(0);
}

function row(name: string, values: readonly number[]): string[] {
  const quantiles =
    values.length === 0 ? ['', '', ''] : [0.5, 0.99, 1].map((share) => quantile(values, share).toFixed(0));
  return [name, String(values.length), ...quantiles];
}

/** KiB. */
interface Memory {
  readonly rss: number;
  readonly rssMebibytes: number;
  readonly heap: number;
  readonly buffers: number;
  readonly external: number;
}

async function memoryOf(node: GatewayNode, collected: boolean): Promise<Memory> {
  const { memory } = await node.order({ kind: 'memory', collected });
  if (memory === undefined) throw new Error('the node did not say what memory it has');
  const rssMebibytes = residentMebibytes(node.pid);
  return {
    rss: rssMebibytes * 1_024,
    rssMebibytes,
    heap: memory.heapUsed / 1_024,
    buffers: memory.arrayBuffers / 1_024,
    external: (memory.external - memory.arrayBuffers) / 1_024,
  };
}

/** When each outcome `cut` behind that moment was written; waits for so many. */
async function outcomesSince(node: GatewayNode, at: number, count: number): Promise<readonly number[]> {
  const deadline = performance.now() + outcomesWithinMs;
  for (;;) {
    const { entries } = await readEntries(
      { directory: node.auditDirectory },
      {
        type: 'operation.ended',
        from: at,
        limit: count + 1,
      },
    );
    const cut = entries.filter(({ outcome }) => outcome === 'cut');
    if (cut.length >= count || performance.now() > deadline) return cut.map((entry) => entry.at);
    await pause(100);
  }
}
