/** The mark that tells one store from another, made at its first use: a store without it, or with another, is not the one a node knows. */
import { randomBytes } from 'node:crypto';
import type { Calls } from './calls.ts';
import { changing } from './script.ts';
import type { Sealer } from './seal.ts';

/** What an operator said: this store counts in place of those. */
export interface Acceptance {
  readonly id: string;
  readonly replaces: readonly string[];
}

/**
 * ARGV from 3: the mark remembered or nothing, one to make, the highest number seen, how far to go beyond it.
 * It lies among the locks, so that no eviction takes the locks and leaves it. Writing the number asks, too, whether this is a
 * primary at all.
 */
const lookScript = changing(
  'look at the store',
  `
local kept = redis.call('HMGET', k('locks'), 'generation', 'accepted', 'accepted-mac')
local generation = kept[1]
if not generation then
  if ARGV[3] ~= '' then return { int(now), 'missing' } end
  generation = ARGV[4]
  redis.call('HSET', k('locks'), 'generation', generation)
elseif ARGV[3] ~= '' and ARGV[3] ~= generation then
  return { int(now), 'other', generation, kept[2] or '', kept[3] or '' }
end
redis.call('HDEL', k('locks'), '') -- a Redis that is full lets a script go on that has begun by freeing
local before = tonumber(redis.call('GET', k('seq')) or '0')
redis.call('SET', k('seq'), int(math.max(before, tonumber(ARGV[5])) + tonumber(ARGV[6])))
return { int(now), 'known', generation, int(before) }
`,
);

/** ARGV from 3: mark, acceptance, its seal. */
const acceptScript = changing(
  'accept the store',
  `
redis.call('HSET', k('locks'), 'generation', ARGV[3], 'accepted', ARGV[4], 'accepted-mac', ARGV[5])
return { int(now), 'done' }
`,
);

/** The fields of the hash of locks that are none. */
export const markFields: ReadonlySet<string> = new Set(['generation', 'accepted', 'accepted-mac']);

/**
 * Numbers go on this far beyond the highest seen whenever a node comes back: what others gave out and lost is not given out
 * again for something else, which the audit would hold against them.
 */
const seqStep = 1_000;

export type Looked =
  | { readonly kind: 'known'; readonly generation: string; readonly seqBefore: number }
  | { readonly kind: 'missing' }
  | { readonly kind: 'other'; readonly generation: string; readonly acceptance: Acceptance | undefined };

/** Looks which store this is, and makes the mark of one that nobody has used. */
export async function lookAtStore(
  calls: Calls,
  sealer: Sealer,
  node: string,
  remembered: string | undefined,
  seq: number,
): Promise<Looked> {
  const [, outcome, generation, third, mac] = await calls.change(lookScript, node, [
    remembered ?? '',
    freshMark(),
    String(seq),
    String(remembered === undefined ? 0 : seqStep),
  ]);
  if (outcome === 'missing') return { kind: 'missing' };
  if (outcome === 'known') return { kind: 'known', generation: String(generation), seqBefore: Number(third) };
  const acceptance = sealer.open<Acceptance>('acceptance', String(generation), third, mac);
  return { kind: 'other', generation: String(generation), acceptance };
}

/** Gives the store a new mark that nodes take in place of `remembered`, and of what was accepted so before. */
export async function acceptStore(calls: Calls, sealer: Sealer, remembered: string): Promise<string> {
  const looked = await lookAtStore(calls, sealer, 'operator', 'none', 0);
  const before = looked.kind === 'other' ? looked : undefined;
  const replaces = [remembered, before?.generation, ...(before?.acceptance?.replaces ?? [])];
  const acceptance: Acceptance = {
    id: freshMark(),
    replaces: [...new Set(replaces.filter((mark) => mark !== undefined))].slice(0, acceptedAtMost),
  };
  const sealed = sealer.seal('acceptance', acceptance.id, acceptance);
  await calls.change(acceptScript, 'operator', [acceptance.id, ...sealed]);
  return acceptance.id;
}

/** Marks that one acceptance may name. */
const acceptedAtMost = 50;

function freshMark(): string {
  return randomBytes(15).toString('base64url');
}
