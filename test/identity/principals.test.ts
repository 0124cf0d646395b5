import t from 'tap';
import { type Identity, readClaims } from '../../gateway/identity/claims.ts';
import { enrol } from '../../gateway/identity/principals.ts';
import { memoryStore } from '../../gateway/store/memory-store.ts';

/** People as a provider shows them (case H3). */
function aRegister() {
  const store = memoryStore({ nodeId: 'n', now: () => 1_000 });
  let count = 0;
  const settings = { groupsClaim: 'groups', emailVerified: 'required' } as const;
  return (claims: object) => {
    const seen: Identity = readClaims({ iss: 'https://idp.test', email_verified: true, ...claims }, settings);
    return enrol(store, seen, () => `P-${++count}`);
  };
}

void t.test('a new e-mail of the same subject is the same principal, shown anew (case H3)', async (t) => {
  const enrolled = aRegister();
  const before = await enrolled({ sub: 'ana', email: 'ana@corp.test', groups: ['a'] });
  const after = await enrolled({ sub: 'ana', email: 'ana.new@corp.test', groups: ['b'] });
  t.equal(after.id, before.id);
  t.match(after, { email: 'ana.new@corp.test', groups: ['b'] });
});

void t.test(
  'a new subject with an old e-mail is somebody else, in any case of letters (case H3)',
  async (t) => {
    const enrolled = aRegister();
    const ana = await enrolled({ sub: 'ana', email: 'ana@corp.test' });
    for (const email of ['ana@corp.test', 'ANA@corp.test']) {
      t.not((await enrolled({ sub: `other-${email}`, email })).id, ana.id);
    }
    t.not((await enrolled({ sub: 'ANA', email: 'ana@corp.test' })).id, ana.id, 'subjects differ by case');
  },
);

void t.test('the same e-mail and subject at two issuers are two principals (case H3)', async (t) => {
  const enrolled = aRegister();
  const ids = await Promise.all(
    ['https://idp.test', 'https://idp.test/', 'https://other.test'].map(
      async (iss) => (await enrolled({ iss, sub: 'ana', email: 'ana@corp.test' })).id,
    ),
  );
  t.equal(new Set(ids).size, 3);
});

void t.test('a guest without an e-mail is a principal', async (t) => {
  t.match(await aRegister()({ sub: 'guest' }), { email: undefined, emailVerified: false, name: undefined });
});
