import t from 'tap';
import { readClaims } from '../../gateway/identity/claims.ts';

const settings = { groupsClaim: 'groups', emailVerified: 'required' } as const;
const ana = { iss: 'https://idp.test/', sub: 'ana', email: 'Ana@corp.test' };

void t.test(
  'an absent email_verified is the configuration’s to judge; false never is (case H3)',
  async (t) => {
    const verified = (claim: unknown, emailVerified: 'required' | 'assumed'): boolean => {
      const claims = claim === undefined ? ana : { ...ana, email_verified: claim };
      return readClaims(claims, { ...settings, emailVerified }).emailVerified;
    };
    t.equal(verified(undefined, 'required'), false);
    t.equal(verified(undefined, 'assumed'), true);
    for (const setting of ['required', 'assumed'] as const) {
      t.equal(verified(false, setting), false);
      t.equal(verified('false', setting), false);
      t.equal(verified(1, setting), false);
      t.equal(verified(true, setting), true);
      t.equal(verified('true', setting), true);
    }
  },
);

void t.test('identity is issuer and subject, exactly as spelled', async (t) => {
  t.match(readClaims(ana, settings), { issuer: 'https://idp.test/', subject: 'ana', email: 'Ana@corp.test' });
  t.throws(() => readClaims({ ...ana, sub: undefined }, settings), /no subject/);
  t.throws(() => readClaims({ ...ana, sub: '' }, settings), /no subject/);
  t.throws(() => readClaims({ ...ana, iss: 7 }, settings), /no issuer/);
});

void t.test('groups come as a list, as one word, under a name with dots, or nested', async (t) => {
  const groups = (claims: object, groupsClaim: string): readonly string[] =>
    readClaims({ ...ana, ...claims }, { ...settings, groupsClaim }).groups;
  t.strictSame(groups({ groups: ['a', 'b', 'a', 7, '', null] }, 'groups'), ['a', 'b']);
  t.strictSame(groups({ groups: 'a' }, 'groups'), ['a']);
  t.strictSame(groups({ 'https://corp.test/groups': ['a'] }, 'https://corp.test/groups'), ['a']);
  t.strictSame(groups({ realm_access: { roles: ['a'] } }, 'realm_access.roles'), ['a']);
  t.strictSame(groups({ groups: { a: true } }, 'groups'), []);
  t.strictSame(groups({}, 'groups'), []);
  t.strictSame(groups({}, '__proto__.constructor'), []);
  t.equal(groups({ groups: Array.from({ length: 5_000 }, (_, at) => `g${at}`) }, 'groups').length, 1_000);
});

void t.test('the time of proving oneself is known only if the provider says it', async (t) => {
  t.equal(readClaims(ana, settings).authenticatedAt, undefined);
  t.equal(readClaims({ ...ana, auth_time: 1_000 }, settings).authenticatedAt, 1_000_000);
});
