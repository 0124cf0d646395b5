/** Writes into the node's journal what it revokes and locks, and what it hears of; and tells a credential that was lost from one that never was. */
import type { Journal } from '../journal.ts';
import type { Credential, StandingGrant } from '../records.ts';
import type { Store } from '../store.ts';
import { StoreError } from '../store-error.ts';
import type { RedisConnection } from './connection.ts';
import type { GuardNeeds } from './guard.ts';
import { whatIsThere } from './reapply.ts';

/** A lift is remembered this long where the lock had no end of its own. */
const liftKeptMs = 400 * 24 * 3_600_000;

export interface Remembering {
  readonly journal: Journal;
  readonly connection: RedisConnection;
  readonly onAlarm: GuardNeeds['onAlarm'];
  /** The journal cannot be written. */
  readonly onTrouble: (error: unknown) => void;
}

export function remembering(store: Store, needs: Remembering): Store {
  const { journal, connection, onAlarm, onTrouble } = needs;
  /** The change stands in the store whatever the disk says. */
  const note = (...what: Parameters<Journal['note']>): Promise<void> =>
    journal.note(...what).catch(onTrouble);
  const revoked = async (held: StandingGrant | undefined): Promise<void> => {
    if (held?.state.kind !== 'revoked') return;
    const { by, reason, at } = held.state;
    const { id: grantId, principalId, endsAt } = held.grant;
    await note({ kind: 'revoked', grantId, principalId, by, reason, at, until: endsAt });
  };
  const seen = async ({ hash, id, endsAt }: Credential): Promise<void> => {
    if (journal.credential(hash) === undefined)
      await note({ kind: 'credential', hash, credentialId: id, until: endsAt });
  };
  /** @throws StoreError when the store has known the credential, and neither its end nor a revocation took it away */
  const missing = async (hash: string): Promise<void> => {
    const known = journal.credential(hash);
    if (known?.kind !== 'credential' || known.until <= (await store.now())) return;
    if ((await whatIsThere(connection, [`credential-end:${hash}`])).size > 0) return;
    onAlarm(
      'store-credential-gone',
      'a credential that the store has known is gone from it: it was restored from an older state, or drops what it should keep; `sluice store accept` takes it as it is',
    );
    throw new StoreError('STORE_LOST', 'a credential that the store has known is gone from it');
  };

  connection.onMessage((message) => {
    const { event, id, principalId } = told(message);
    const work = async (): Promise<void> => {
      if (event === 'grant.revoked') await revoked(await store.grant(id));
      else if (event === 'lock.made') {
        const lock = (await store.locks()).find((standing) => standing.id === id);
        if (lock !== undefined) await note({ kind: 'locked', lock });
      } else if (event === 'lock.lifted')
        await note({ kind: 'lifted', lockId: id, by: 'unknown', until: (await store.now()) + liftKeptMs });
      else if (event === 'credential.revoked')
        for (const known of journal.notes())
          if (known.kind === 'credential' && known.credentialId === id)
            await note({ ...known, kind: 'credential-ended', principalId });
    };
    // The node that made the change has it in its own journal.
    work().catch(onTrouble);
  });

  return {
    ...store,
    async stand(claim, repository) {
      const stand = await store.stand(claim, repository);
      if (!('credentialHash' in claim)) return stand;
      if (stand.credential === undefined || stand.principal === undefined)
        await missing(claim.credentialHash);
      else await seen(stand.credential);
      return stand;
    },
    async credential(hash) {
      const found = await store.credential(hash);
      if (found === undefined) await missing(hash);
      else await seen(found.credential);
      return found;
    },
    async revokeGrant(id, by, reason, event) {
      const changed = await store.revokeGrant(id, by, reason, event);
      if (changed.value.kind === 'revoked') await revoked(changed.value.grant);
      return changed;
    },
    async revokeCredential(principalId, id, event, why) {
      const changed = await store.revokeCredential(principalId, id, event, why);
      if (changed.value !== undefined) {
        const { hash, endsAt: until } = changed.value;
        await note({ kind: 'credential-ended', hash, credentialId: id, principalId, until });
      }
      return changed;
    },
    async lock(lock, event) {
      const changed = await store.lock(lock, event);
      await note({ kind: 'locked', lock });
      return changed;
    },
    async lift(id, event) {
      const changed = await store.lift(id, event);
      if (changed.value !== undefined) {
        const until = changed.value.until ?? (await store.now()) + liftKeptMs;
        await note({ kind: 'lifted', lockId: id, by: String(event.body.by ?? 'unknown'), until });
      }
      return changed;
    },
  };
}

interface Told {
  readonly event: string;
  readonly id: string;
  readonly principalId: string;
}

function told(message: string | undefined): Told {
  try {
    const { event, id, principalId } = JSON.parse(message ?? '{}') as Partial<Told>;
    return { event: String(event), id: String(id), principalId: String(principalId) };
  } catch {
    return { event: '', id: '', principalId: '' };
  }
}
