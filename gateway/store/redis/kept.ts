/** Grants as scripts answer them, and how Redis keeps them. */
import type { KeptGrant } from '../grant-state.ts';
import type { Grant } from '../records.ts';
import type { Sealer } from './seal.ts';

/**
 * Lua: `kept(id)` is a grant's row, or nil: present, record, mac, seq, unrecorded, the same of before an extension, and how it
 * was revoked. The live key's TTL is the grant's end; what stays for a day behind it is `past:`.
 */
export const keptLua = `
local function kept(id)
  local live = redis.call('HMGET', k('grant:' .. id), 'record', 'mac', 'seq', 'prior', 'prior-mac', 'prior-seq')
  local row = live
  local present = '1'
  if not live[1] then
    present = '0'
    row = redis.call('HMGET', k('past:' .. id), 'record', 'mac', 'seq', 'prior', 'prior-mac', 'prior-seq')
    if not row[1] then return nil end
  end
  local past = redis.call('HMGET', k('past:' .. id), 'revoked-at', 'revoked-by', 'revoked-reason')
  local waits = redis.call('HEXISTS', k('outbox'), row[3])
  return { id, present, row[1], row[2], row[3], tostring(waits), row[4] or '', row[5] or '', row[6] or '',
    past[1] or '', past[2] or '', past[3] or '' }
end
`;

/** Reads a row; undefined when its seal does not fit. */
export function keptGrant(row: unknown, sealer: Sealer): KeptGrant | undefined {
  if (!Array.isArray(row)) return undefined;
  const [id, present, record, mac, seq, waits, prior, priorMac, priorSeq, at, by, reason] = row.map(String);
  const grant = sealer.open<Grant>('grant', id, record, mac);
  if (grant === undefined) return undefined;
  const before = prior === '' ? undefined : sealer.open<Grant>('grant', id, prior, priorMac);
  return {
    grant,
    seq: Number(seq),
    present: present === '1',
    unrecorded: waits === '1',
    ...(before === undefined ? {} : { prior: { grant: before, seq: Number(priorSeq) } }),
    ...(at === '' ? {} : { revoked: { at: Number(at), by: by ?? '', reason: reason ?? '' } }),
  };
}
