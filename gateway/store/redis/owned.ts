/** Lists of what a person has, by an index of hashes whose score is their end. */
import { reading, type Script } from './script.ts';

/** ARGV: principal. Rows of hash, record and seal, by `fields` of each in `index:` that has not ended. */
export function ownedScript(
  name: string,
  index: string,
  record: string,
  fields: readonly [record: string, mac: string] = ['record', 'mac'],
): Script {
  return reading(
    name,
    `
local rows = {}
for i, hash in ipairs(redis.call('ZRANGEBYSCORE', k('${index}:' .. ARGV[1]), '(' .. int(now), '+inf')) do
  local row = redis.call('HMGET', k('${record}:' .. hash), '${fields[0]}', '${fields[1]}')
  rows[i] = { hash, row[1] or '', row[2] or '' }
end
return { int(now), rows }
`,
  );
}
