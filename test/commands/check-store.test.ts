import { writeFile } from 'node:fs/promises';
import t, { type Test } from 'tap';
import type { RedisStoreConfig } from '../../config/schema.ts';
import { openSecrets } from '../../config/secrets.ts';
import { storeFindings } from '../../gateway/commands/check-store.ts';
import type { ClusterAddress, SentinelAddress } from '../../gateway/store/redis/address.ts';
import { startCluster } from '../servers/redis-cluster.ts';
import { startSentinels } from '../servers/redis-sentinel.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';

async function linesOf(t: Test, address: SentinelAddress | ClusterAddress): Promise<readonly string[]> {
  const directory = await temporaryDirectory(t);
  const [password, key] = [`${directory}/password`, `${directory}/key`];
  await writeFile(password, address.password ?? '', { mode: 0o600 });
  await writeFile(key, 'ab'.repeat(32), { mode: 0o600 });
  const config: RedisStoreConfig = {
    kind: address.kind,
    addresses: address.nodes,
    primaryName: 'primaryName' in address ? address.primaryName : undefined,
    username: address.username,
    password: { kind: 'file', path: password },
    tls: undefined,
    integrityKey: { kind: 'file', path: key },
    timeoutMs: 2_000,
  };
  const secrets = openSecrets({ onWarning: (text) => t.fail(text) });
  const findings = await storeFindings(config, secrets, Date.now);
  return findings.map(({ ok, text }) => `${ok ? 'ok' : 'MEND'} ${text}`);
}

const said = [
  /^ok store: Redis \d/,
  'ok store: eviction: noeviction',
  'ok store: persistence: append-only file, fsync always',
];

void t.test('the primary behind sentinels is looked at as the user the gateway will be', async (t) => {
  const { address } = await startSentinels(t, 30_000);
  t.match(await linesOf(t, address), said);
  await t.rejects(
    linesOf(t, { ...address, primaryName: 'nobody' }),
    { cause: { message: /no sentinel says where nobody is/, cause: { message: /No such master/ } } },
    'what the sentinels said is not hidden by the time it took',
  );
});

void t.test('the node of a cluster that will hold the store is looked at', async (t) => {
  const { address } = await startCluster(t, 3);
  t.match(await linesOf(t, address), said);
});
