/** Whether the store answers, keeps what it is given, and agrees about the time. */
import { performance } from 'node:perf_hooks';
import type { StoreConfig } from '../../config/schema.ts';
import { readIntegrityKey, type Secrets } from '../../config/secrets.ts';
import { openStore } from '../store/open.ts';
import type { Finding } from '../store/redis/inspect.ts';
import { clockFinding } from './check-clock.ts';

/** An answer slower than this is felt in every operation. */
const slowMs = 20;

/** Opens the store as a node would, as the same user. Rejects when it cannot be reached. */
export async function storeFindings(
  config: StoreConfig,
  secrets: Secrets,
  now: () => number,
): Promise<readonly Finding[]> {
  if (config.kind === 'memory')
    return [{ ok: true, text: 'store: in this process, for one node and for trying out' }];
  const findings: Finding[] = [];
  let trouble: unknown;
  const store = await openStore(config, {
    nodeId: 'check-config',
    secret: (source) => secrets.read(source),
    integrityKey: (source) => readIntegrityKey(secrets, source),
    onTampered: () => undefined,
    onTrouble: (error) => {
      trouble = error;
    },
    onFinding: (finding) => findings.push({ ...finding, text: `store: ${finding.text}` }),
  }).catch((error: unknown) => {
    // "No answer in time" hides the refused password or port that was told meanwhile.
    throw trouble === undefined ? error : new Error('the store cannot be reached', { cause: trouble });
  });

  try {
    const spans: number[] = [];
    for (let round = 0; round < 5; round++) {
      const startedAt = performance.now();
      await store.now();
      spans.push(performance.now() - startedAt);
    }
    const median = spans.toSorted((a, b) => a - b)[2] ?? 0;
    findings.push({
      ok: median <= slowMs,
      text: `store: answers in ${median.toFixed(1)} ms`,
      ...(median <= slowMs ? {} : { mend: 'keep the store near the gateway: each operation asks it' }),
    });
    const sentAt = now();
    const theirs = await store.now();
    findings.push(clockFinding('the store', theirs, { sentAt, gotAt: now(), grainMs: 1 }));
  } finally {
    await store.close();
  }
  return findings;
}
