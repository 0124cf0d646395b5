/** Orders to cut one operation, in Redis. */
import type { OperationCut } from '../records.ts';
import type { CutResult, Store } from '../store.ts';
import type { RedisConnection } from './connection.ts';
import { draftArguments, emitted } from './drafts.ts';
import { operationOf, operationsLua } from './operation-rows.ts';
import { changing, reading } from './script.ts';
import type { Sealer } from './seal.ts';

/** ARGV: id. */
const readScript = reading('operation', `${operationsLua} return { int(now), row(ARGV[1]) or '' }`);

/** ARGV from 3: id, by and reason, a mark of the gate that is forged or empty, events. The first order stands. */
const cutScript = changing(
  'cut operation',
  `${operationsLua}
local id = ARGV[3]
local found = row(id)
if not found then return { int(now), 'unknown' } end
local outcome = 'told'
if found[5] ~= '' and found[5] ~= ARGV[5] then outcome = 'passed' elseif found[4] ~= 'moving' then outcome = 'still' end
local seqs = emit(6)
if outcome == 'told' and redis.call('HEXISTS', k('operation-cut'), id) == 0 then
  redis.call('HSET', k('operation-cut'), id, int(now) .. ' ' .. ARGV[4])
  last()
end
return { int(now), outcome, found, seqs }
`,
);

export function redisCuts(
  connection: RedisConnection,
  sealer: Sealer,
  node: string,
): Pick<Store, 'cutOperation'> {
  return {
    async cutOperation(id, by, reason, event) {
      const unknown = { value: { kind: 'unknown' as const }, events: [] };
      // What is forged must be known before anything is ordered: a script cannot tell.
      const [, row] = await connection.read(readScript, [id]);
      const held = operationOf(row, sealer);
      if (held === undefined) return unknown;
      const mark = String((row as unknown[])[4]);
      const { principalId } = held.state.operation;
      const answer = await connection.change(cutScript, node, [
        id,
        `${by} ${reason}`,
        held.state.passed === undefined ? mark : '',
        ...draftArguments([event], { kind: 'operation', id, principalId }),
      ]);
      if (answer[1] === 'unknown') return unknown;
      const operation = operationOf(answer[2], sealer)?.state ?? held.state;
      const kind = answer[1] as Exclude<CutResult['kind'], 'unknown'>;
      return { value: { kind, operation }, events: emitted([event], answer[3], Number(answer[0])) };
    },
  };
}

/** An order as it is kept: `at by reason`. One that cannot be read is an order all the same. */
export function cutOf(text: unknown): OperationCut | undefined {
  if (typeof text !== 'string' || text === '') return undefined;
  const [, at = '0', by = '', reason = ''] = /^(\d+) (\S*) (.*)$/s.exec(text) ?? [];
  return { by, reason, at: Number(at) };
}
