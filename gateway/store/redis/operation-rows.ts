/** Running operations as scripts answer them, and how Redis keeps them. */
import type { KeptPassage } from '../passage.ts';
import type { OperationPassed, OperationState, RunningOperation } from '../records.ts';
import { nodeSilentMs, operationKeptMs } from '../spans.ts';
import type { Sealer } from './seal.ts';

/**
 * Lua: `books` names the hashes by id; `row(id)` is an operation's row, or nil: id, seal and record, node, state, passage, bytes, its node's last beat;
 * `moving()` the rows of all of which bytes may pass; `last()` moves the TTL of everything that is kept of operations;
 * `owner(id)` is the node whose it is, or false; `silent(node)` whether others may take over what is that node's; `tell(id)`
 * publishes that something happened to it that its node, whoever waits for it or a list of what runs must hear.
 */
export const operationsLua = `
local books = { 'operations', 'operation-state', 'operation-node', 'operation-passed', 'operation-cut', 'operation-bytes' }
local function row(id)
  local text = redis.call('HGET', k('operations'), id)
  if not text then return nil end
  local node = redis.call('HGET', k('operation-node'), id) or ''
  return { id, text, node, redis.call('HGET', k('operation-state'), id) or '', redis.call('HGET', k('operation-passed'), id) or '',
    redis.call('HGET', k('operation-bytes'), id) or '', redis.call('HGET', k('nodes'), node) or '' }
end
local function moving()
  local rows = {}
  local states = redis.call('HGETALL', k('operation-state'))
  for i = 1, #states, 2 do
    if states[i + 1] == 'moving' then rows[#rows + 1] = row(states[i]) end
  end
  return rows
end
local function last()
  for _, name in ipairs(books) do redis.call('PEXPIRE', k(name), ${operationKeptMs}) end
  redis.call('PEXPIRE', k('nodes'), ${operationKeptMs})
  redis.call('PEXPIRE', k('node-silent-ms'), ${operationKeptMs})
end
local function owner(id) return redis.call('HGET', k('operation-node'), id) end
local function silent(node)
  local span = tonumber(redis.call('HGET', k('node-silent-ms'), node) or '${nodeSilentMs}')
  return tonumber(redis.call('HGET', k('nodes'), node) or '0') <= now - span
end
local function tell(id)
  local text = redis.call('HGET', k('operations'), id) or ''
  local known, record = pcall(cjson.decode, string.match(text, '^%S* (.*)$') or '')
  local of = known and type(record) == 'table' and type(record.principalId) == 'string' and record.principalId
  redis.call('PUBLISH', k('changes'), '{"seq":' .. (redis.call('GET', k('seq')) or '0') .. ',"kind":"operation","id":' .. cjson.encode(id)
    .. (of and ',"principalId":' .. cjson.encode(of) or '') .. '}')
end
`;

/** An operation, and what of its passage nobody outside the store needs. */
export interface FoundOperation {
  readonly state: OperationState;
  readonly passage: KeptPassage | undefined;
}

/** Reads rows; those whose seal does not fit are left out. */
export function operationsOf(rows: unknown, sealer: Sealer): readonly FoundOperation[] {
  return Array.isArray(rows) ? rows.flatMap((row) => operationOf(row, sealer) ?? []) : [];
}

/** Reads a row; undefined when its seal does not fit. A mark of the gate that no gateway sealed counts for nothing. */
export function operationOf(row: unknown, sealer: Sealer): FoundOperation | undefined {
  if (!Array.isArray(row)) return undefined;
  const [id = '', text = '', node = '', state = '', passedText = '', bytes = '', seen = ''] = row.map(String);
  const [mac, json] = sealedOf(text);
  const operation = sealer.open<RunningOperation>('operation', id, json, mac);
  if (operation === undefined) return undefined;
  const found = passageOf(passedText, id, sealer);
  const [up, down] = bytes.split(' ').map(Number);
  return {
    state: {
      operation,
      node,
      state: state === 'moving' ? state : { still: state.replace(/^still /, '') || 'gone' },
      passed: found?.passed,
      bytesUp: up ?? 0,
      bytesDown: down ?? 0,
      nodeSeenAt: Number(seen),
    },
    passage: found?.passage,
  };
}

/** Whether an operation rests on a grant, by its last decision or by what it passed the gate with. */
export function restsOn({ state, passage }: FoundOperation, grantId: string): boolean {
  return (
    state.operation.grantIds.includes(grantId) ||
    (state.passed !== undefined && passage?.grantIds.includes(grantId) === true)
  );
}

/** The mark of the gate: `seq at mac json`. */
export function passageOf(
  text: string,
  operationId: string,
  sealer: Sealer,
): { readonly passed: OperationPassed; readonly passage: KeptPassage } | undefined {
  const [, seq, at, sealed = ''] = /^(\d+) (\d+) (.*)$/s.exec(text) ?? [];
  const [mac, json] = sealedOf(sealed);
  const passage = sealer.open<KeptPassage>('passage', operationId, json, mac);
  if (passage === undefined) return undefined;
  return { passed: { seq: Number(seq), at: Number(at), updates: passage.updates }, passage };
}

function sealedOf(text: string): readonly [mac: string, json: string] {
  const blank = text.indexOf(' ');
  return blank < 0 ? ['', text] : [text.slice(0, blank), text.slice(blank + 1)];
}
