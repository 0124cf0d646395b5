/** Links that terminals show, in Redis: kept by the hash of what stands in them until they end. */
import type { KeyLink } from '../records.ts';
import type { Store } from '../store.ts';
import type { Calls } from './calls.ts';
import { draftArguments, emitted } from './drafts.ts';
import { changing, reading } from './script.ts';
import type { Sealer } from './seal.ts';

/** ARGV from 3: hash, record, mac, stage, end. */
const offerScript = changing(
  'offer key link',
  `
redis.call('HSET', k('key-link:' .. ARGV[3]), 'record', ARGV[4], 'mac', ARGV[5], 'stage', ARGV[6])
redis.call('PEXPIREAT', k('key-link:' .. ARGV[3]), ARGV[7])
return { int(now), 'done' }
`,
);

/** ARGV: hash. */
const findScript = reading(
  'key link',
  `
local row = redis.call('HMGET', k('key-link:' .. ARGV[1]), 'record', 'mac')
return { int(now), row[1] or '', row[2] or '' }
`,
);

/** ARGV from 3: hash, stage it must stand at, record, mac, stage, events. Its end stays. */
const moveScript = changing(
  'move key link',
  `
if redis.call('HGET', k('key-link:' .. ARGV[3]), 'stage') ~= ARGV[4] then return { int(now), 'moved' } end
redis.call('HSET', k('key-link:' .. ARGV[3]), 'record', ARGV[5], 'mac', ARGV[6], 'stage', ARGV[7])
return { int(now), 'done', emit(8) }
`,
);

/** ARGV from 3: hash. */
const dropScript = changing(
  'drop key link',
  `redis.call('DEL', k('key-link:' .. ARGV[3])) return { int(now), 'done' }`,
);

export function redisKeyLinks(
  connection: Calls,
  sealer: Sealer,
  node: string,
): Pick<Store, 'offerKeyLink' | 'keyLink' | 'moveKeyLink' | 'dropKeyLink'> {
  return {
    async offerKeyLink(link) {
      const { hash, stage, endsAt } = link;
      const [json, mac] = sealer.seal('key-link', hash, link);
      await connection.change(offerScript, node, [hash, json, mac, stage.kind, String(endsAt)]);
    },
    async keyLink(hash) {
      const [time, json, mac] = await connection.read(findScript, [hash]);
      const link = sealer.open<KeyLink>('key-link', hash, json, mac);
      return link !== undefined && link.endsAt > Number(time) ? link : undefined;
    },
    async moveKeyLink(next, from, events) {
      const { hash, stage } = next;
      const [json, mac] = sealer.seal('key-link', hash, next);
      const answer = await connection.change(moveScript, node, [
        hash,
        from,
        json,
        mac,
        stage.kind,
        ...draftArguments(events, { kind: 'sign-in', id: hash }),
      ]);
      if (answer[1] !== 'done') return { value: false, events: [] };
      return { value: true, events: emitted(events, answer[2], Number(answer[0])) };
    },
    async dropKeyLink(hash) {
      await connection.change(dropScript, node, [hash]);
    },
  };
}
