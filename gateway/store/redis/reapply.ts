/** Does again what a store that went back has forgotten: revocations, locks, lifts. Harmless where nothing was forgotten. */
import type { Note } from '../journal-notes.ts';
import type { Calls } from './calls.ts';
import { redisCredentials } from './credentials.ts';
import { redisGrants } from './grants.ts';
import { redisLocks } from './locks.ts';
import { reading } from './script.ts';
import type { Sealer } from './seal.ts';

/** ARGV: names of keys. Which of them are there. */
const thereScript = reading(
  'what is there',
  `
local there = {}
for _, name in ipairs(ARGV) do if redis.call('EXISTS', k(name)) == 1 then there[#there + 1] = name end end
return { int(now), there }
`,
);

const namesAtOnce = 500;

/** Those of the names whose keys are there. */
export async function whatIsThere(calls: Calls, names: readonly string[]): Promise<ReadonlySet<string>> {
  const there = new Set<string>();
  for (let at = 0; at < names.length; at += namesAtOnce) {
    const [, found] = await calls.read(thereScript, names.slice(at, at + namesAtOnce));
    for (const name of found as string[]) there.add(name);
  }
  return there;
}

/** Events stay in the outbox for the nodes to take over: a revocation counts at once, and is written down within seconds. */
const reapplied = true;

/** @returns how many things had been forgotten */
export async function reapply(
  calls: Calls,
  sealer: Sealer,
  node: string,
  notes: readonly Note[],
): Promise<number> {
  const grants = redisGrants(calls, sealer, node);
  const credentials = redisCredentials(calls, sealer, node);
  const { lock, locks, lift } = redisLocks(calls, sealer, node);
  const names = notes.flatMap((note) => {
    if (note.kind === 'revoked') return [`grant:${note.grantId}`];
    if (note.kind === 'credential-ended') return [`credential:${note.hash}`];
    return note.kind === 'locked' ? [`lifted:${note.lock.id}`] : [];
  });
  const there = await whatIsThere(calls, names);
  const standing = new Set((await locks()).map(({ id }) => id));

  let again = 0;
  for (const note of notes) {
    if (note.kind === 'revoked' && there.has(`grant:${note.grantId}`)) {
      const { grantId, principalId, by, reason, at: revokedAt } = note;
      const body = { grantId, principalId, by, reason, reapplied, revokedAt };
      const { value } = await grants.revokeGrant(grantId, by, reason, { type: 'grant.revoked', body });
      if (value.kind === 'revoked' && value.repeated === undefined) again += 1;
    }
    if (note.kind === 'credential-ended' && there.has(`credential:${note.hash}`)) {
      const { credentialId, principalId } = note;
      const body = { credentialId, principalId, reapplied };
      const { value } = await credentials.revokeCredential(principalId, credentialId, {
        type: 'credential.revoked',
        body,
      });
      if (value !== undefined) again += 1;
    }
    if (note.kind === 'locked' && !standing.has(note.lock.id) && !there.has(`lifted:${note.lock.id}`)) {
      const { id: lockId, on, right, except, reason, by, until, untilSignIn } = note.lock;
      const maybe = {
        ...(right === undefined ? {} : { right }),
        ...(until === undefined ? {} : { until }),
        ...(untilSignIn === undefined ? {} : { untilSignIn }),
      };
      await lock(note.lock, {
        type: 'lock.made',
        body: { lockId, on, except, reason, by, ...maybe, reapplied },
      });
      again += 1;
    }
    if (note.kind === 'lifted' && standing.has(note.lockId)) {
      const { lockId, by } = note;
      const { value } = await lift(lockId, { type: 'lock.lifted', body: { lockId, by, reapplied } });
      if (value !== undefined) again += 1;
    }
  }
  return again;
}
