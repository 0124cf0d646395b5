/** Heads of audit chains in Redis: sealed, so that whoever can only write Redis cannot keep a node from starting. */
import type { KeptHead } from '../records.ts';
import { headsAtMost } from '../spans.ts';
import type { Store } from '../store.ts';
import type { RedisConnection } from './connection.ts';
import { changing, reading } from './script.ts';
import type { Sealer } from './seal.ts';

/** ARGV from 3: chain, record, mac. A chain that is new where there are too many is not kept. */
const keepScript = changing(
  'keep audit head',
  `
local chains = k('heads')
if redis.call('HEXISTS', chains, ARGV[3]) == 1 or #redis.call('HGETALL', chains) < ${2 * headsAtMost} then
  redis.call('HSET', chains, ARGV[3], ARGV[5] .. ' ' .. ARGV[4])
end
return { int(now), 'done' }
`,
);

const listScript = reading('audit heads', `return { int(now), redis.call('HGETALL', k('heads')) }`);

export function redisHeads(
  connection: RedisConnection,
  sealer: Sealer,
  node: string,
): Pick<Store, 'keepHead' | 'heads'> {
  return {
    async keepHead({ chain, seq, hash }) {
      const [json, mac] = sealer.seal('head', chain, { id: chain, seq, head: hash });
      await connection.change(keepScript, node, [chain, json, mac]);
    },
    async heads() {
      const [, rows] = await connection.read(listScript, []);
      const told = rows as string[];
      const heads: KeptHead[] = [];
      for (let i = 0; i < told.length; i += 2) {
        const [chain = '', kept = ''] = told.slice(i, i + 2);
        const at = kept.indexOf(' ');
        const record = sealer.open<{ seq: number; head: string }>(
          'head',
          chain,
          kept.slice(at + 1),
          kept.slice(0, at),
        );
        if (record !== undefined) heads.push({ chain, seq: record.seq, hash: record.head });
      }
      return heads;
    },
  };
}
