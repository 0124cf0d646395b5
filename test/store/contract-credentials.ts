/** Credentials. */
import type { Claim } from './contract.ts';
import { recorded } from './recorded.ts';
import { aCredential, anEvent, aPerson } from './samples.ts';

const issue = anEvent('credential.issued');
const revoke = anEvent('credential.revoked');

export const credentialContract: readonly Claim[] = [
  [
    'a credential is found by its hash with its owner, until it ends',
    async (t, ground) => {
      const store = await ground.open('a');
      const principal = await store.enrol(aPerson(), 'P-DEV');
      const now = await store.now();
      const credential = aCredential(now, { kind: 'api', scopes: ['read', 'approve'], endsAt: now + 300 });
      await recorded(store, await store.issueCredential(credential, issue));
      const found = await store.credential(credential.hash);
      t.match(found, { credential, principal });
      t.ok((found?.now ?? 0) >= now && (found?.now ?? 0) < credential.endsAt, 'with the store’s time');
      t.equal(await store.credential('0'.repeat(64)), undefined);
      await ground.reach(credential.endsAt);
      t.equal(await store.credential(credential.hash), undefined);
      const stand = await store.stand({ credentialHash: credential.hash }, 'hub/acme/app');
      t.match(stand, { credential: undefined, principal: undefined });
      t.strictSame(await store.credentialsOf('P-DEV'), []);
    },
  ],
  [
    'only its owner revokes a credential, and once',
    async (t, ground) => {
      const store = await ground.open('a');
      await store.enrol(aPerson(), 'P-DEV');
      const now = await store.now();
      const old = aCredential(now - 1);
      const young = aCredential(now);
      await store.issueCredential(old, issue);
      await store.issueCredential(young, issue);
      t.strictSame(await store.credentialsOf('P-DEV'), [young, old], 'newest first');
      t.strictSame(await store.credentialsOf('P-OTHER'), []);

      const none = { value: undefined, events: [] };
      t.strictSame(await store.revokeCredential('P-OTHER', old.id, revoke), none);
      t.match(await store.revokeCredential('P-DEV', old.id, revoke), { value: old, events: [revoke] });
      t.strictSame(await store.revokeCredential('P-DEV', old.id, revoke), none);
      t.equal(await store.credential(old.hash), undefined);
      t.strictSame(await store.credentialsOf('P-DEV'), [young]);
    },
  ],
  [
    'a hash belongs to one live credential, and is free again behind its end',
    async (t, ground) => {
      const store = await ground.open('a');
      await store.enrol(aPerson(), 'P-DEV');
      await store.enrol(aPerson({ subject: 'other' }), 'P-OTHER');
      const now = await store.now();
      const key = aCredential(now, { kind: 'ssh' });
      const claimed = aCredential(now, { kind: 'ssh', principalId: 'P-OTHER', hash: key.hash });
      await recorded(store, await store.issueCredential(key, issue));
      t.strictSame(await store.issueCredential(claimed, issue), { value: undefined, events: [] });
      t.equal((await store.credential(key.hash))?.credential.id, key.id, 'the first one keeps it');
      t.strictSame(await store.credentialsOf('P-OTHER'), []);

      await recorded(store, await store.revokeCredential('P-DEV', key.id, revoke));
      t.match(await store.issueCredential(claimed, issue), { value: claimed, events: [issue] });
      t.equal((await store.credential(key.hash))?.principal.id, 'P-OTHER');
    },
  ],
  [
    'the re-read of a running operation tells that its credential ended, when and why',
    async (t, ground) => {
      const store = await ground.open('a');
      await store.enrol(aPerson(), 'P-DEV');
      const now = await store.now();
      const [kept, ended, never] = [aCredential(now), aCredential(now), aCredential(now)];
      await recorded(store, await store.issueCredential(kept, issue));
      await recorded(store, await store.issueCredential(ended, issue));
      await recorded(store, await store.revokeCredential('P-DEV', ended.id, revoke, 'provider-logout'));
      const where = { principalId: 'P-DEV', repository: 'hub/acme/app' };
      const ends = (
        await store.standings([
          where,
          ...[kept, ended, never].map((credential) => ({ ...where, credential })),
        ])
      ).map(({ credentialEnded }) => credentialEnded);
      t.match(ends, [undefined, undefined, { why: 'provider-logout' }, { why: 'gone' }]);
      t.ok((ends[2]?.at ?? 0) >= now && (ends[2]?.at ?? 0) <= (await store.now()));
    },
  ],
  [
    'a credential that reached its own end took nothing away from what runs under it',
    async (t, ground) => {
      const store = await ground.open('a');
      await store.enrol(aPerson(), 'P-DEV');
      const credential = aCredential(await store.now(), { endsAt: (await store.now()) + 200 });
      await recorded(store, await store.issueCredential(credential, issue));
      await ground.reach(credential.endsAt);
      const [standing] = await store.standings([
        { principalId: 'P-DEV', repository: 'hub/acme/app', credential },
      ]);
      t.equal(standing?.credentialEnded, undefined);
    },
  ],
  [
    'of each live credential the last use that was noted is told, to whoever asks for its owner’s',
    async (t, ground) => {
      const [a, b] = [await ground.open('a'), await ground.open('b')];
      await a.enrol(aPerson(), 'P-DEV');
      await a.enrol(aPerson({ subject: 'other' }), 'P-OTHER');
      const now = await a.now();
      const [used, unused] = [aCredential(now, { kind: 'api' }), aCredential(now, { kind: 'api' })];
      await recorded(a, await a.issueCredential(used, issue));
      await recorded(a, await a.issueCredential(unused, issue));
      t.strictSame(await a.usesOf('P-DEV'), new Map());

      t.equal(await a.noteUse(used.hash, { at: now + 1, from: '192.0.2.7' }), true);
      t.equal(await b.noteUse(used.hash, { at: now + 2, from: '2001:db8::7' }), true);
      t.strictSame(await a.usesOf('P-DEV'), new Map([[used.hash, { at: now + 2, from: '2001:db8::7' }]]));
      t.strictSame(await a.usesOf('P-OTHER'), new Map());
      t.match(await b.credential(used.hash), { credential: used }, 'the credential is what it was');
    },
  ],
  [
    'a use neither revives a credential that ended nor moves its end',
    async (t, ground) => {
      const store = await ground.open('a');
      await store.enrol(aPerson(), 'P-DEV');
      const now = await store.now();
      const revoked = aCredential(now, { kind: 'api' });
      const short = aCredential(now, { kind: 'api', endsAt: now + 300 });
      for (const credential of [revoked, short])
        await recorded(store, await store.issueCredential(credential, issue));
      const use = { at: now, from: '192.0.2.7' };
      await store.noteUse(short.hash, use);
      await recorded(store, await store.revokeCredential('P-DEV', revoked.id, revoke));
      t.equal(await store.noteUse(revoked.hash, use), false);
      t.equal(await store.noteUse('0'.repeat(64), use), false, 'one that never was');

      await ground.reach(short.endsAt);
      t.equal(await store.noteUse(short.hash, use), false);
      for (const { hash } of [revoked, short]) t.equal(await store.credential(hash), undefined);
      t.strictSame(await store.credentialsOf('P-DEV'), []);
      t.strictSame(await store.usesOf('P-DEV'), new Map());
      t.match(await store.standings([{ principalId: 'P-DEV', repository: 'hub/app', credential: revoked }]), [
        { credentialEnded: { why: 'revoked' } },
      ]);
    },
  ],
  [
    'uses that many nodes note while a credential is revoked leave nothing of it',
    async (t, ground) => {
      const nodes = [await ground.open('a'), await ground.open('b'), await ground.open('c')];
      const [store] = nodes as [(typeof nodes)[0]];
      await store.enrol(aPerson(), 'P-DEV');
      for (let round = 0; round < 20; round += 1) {
        const now = await store.now();
        const credential = aCredential(now, { kind: 'api' });
        await recorded(store, await store.issueCredential(credential, issue));
        const note = () => nodes.map((node) => node.noteUse(credential.hash, { at: now, from: '192.0.2.7' }));
        const before = note();
        const revoked = store.revokeCredential('P-DEV', credential.id, revoke);
        await Promise.all([...before, ...note(), revoked]);
        t.match(await revoked, { value: credential });
        t.equal(await store.credential(credential.hash), undefined);
        t.strictSame(await store.usesOf('P-DEV'), new Map());
      }
    },
  ],
  [
    'a hash that is issued anew begins without the uses of its first credential',
    async (t, ground) => {
      const store = await ground.open('a');
      await store.enrol(aPerson(), 'P-DEV');
      const now = await store.now();
      const first = aCredential(now, { endsAt: now + 200 });
      await recorded(store, await store.issueCredential(first, issue));
      await store.noteUse(first.hash, { at: now, from: '192.0.2.7' });
      await ground.reach(first.endsAt);
      const second = aCredential(await store.now(), { hash: first.hash });
      await recorded(store, await store.issueCredential(second, issue));
      t.strictSame(await store.usesOf('P-DEV'), new Map());
    },
  ],
];
