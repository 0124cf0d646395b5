import t from 'tap';
import { readAuthorization } from '../../gateway/identity/authorization.ts';
import { makeSecret } from '../../gateway/identity/credential.ts';

const { secret, hash, shown } = makeSecret('git');
const owned = { kind: 'credential', credentialKind: 'git', hash, shown };
const basic = (text: string | Buffer): string => `Basic ${Buffer.from(text).toString('base64')}`;

/** Each form that clients are known to send the same secret in (case G4). */
const forms: readonly [string, string, string | undefined][] = [
  ['Bearer', `Bearer ${secret}`, undefined],
  ['Bearer in lower case', `bearer ${secret}`, undefined],
  ['Basic, password under a name', basic(`oauth2:${secret}`), 'oauth2'],
  ['Basic in lower case', basic(`alice:${secret}`).replace('Basic', 'basic'), 'alice'],
  ['Basic in capitals with two blanks', basic(`alice:${secret}`).replace('Basic ', 'BASIC  '), 'alice'],
  ['Basic without padding', basic(`al:${secret}`).replace(/=+$/, ''), 'al'],
  ['Basic, no user name', basic(`:${secret}`), undefined],
  ['Basic, secret as user name', basic(`${secret}:x-oauth-basic`), undefined],
  ['Basic, secret as user name, no password', basic(`${secret}:`), undefined],
  ['Basic, secret as both', basic(`${secret}:${secret}`), undefined],
  ['Basic, an e-mail', basic(`alice@corp.test:${secret}`), 'alice@corp.test'],
  ['Basic, UTF-8 name', basic(`zoë:${secret}`), 'zoë'],
  ['Basic, Latin-1 name', basic(Buffer.from(`zoë:${secret}`, 'latin1')), 'zoë'],
];

for (const [name, header, userName] of forms) {
  void t.test(`${name} gives the secret's hash`, async (t) => {
    t.strictSame(readAuthorization(header), userName === undefined ? owned : { ...owned, userName });
  });
}

const malformed: readonly [string, string, string][] = [
  ['another scheme', 'Digest username="x"', 'scheme'],
  ['a scheme alone', 'Basic', 'base64'],
  ['broken base64', 'Basic ###', 'base64'],
  ['base64 of an impossible length', 'Basic abcde', 'base64'],
  ['no colon', basic(secret), 'no-colon'],
  ['an empty password', basic('alice:'), 'empty-password'],
  ['a password that is none of ours', basic('alice:hunter2'), 'not-ours'],
  ['a mistyped secret', basic(`alice:${secret.slice(0, -1)}_`), 'not-ours'],
  ['a secret with a wrong checksum', `Bearer ${secret.slice(0, -6)}000000`, 'mistyped'],
  ['a control character', basic(`al\nice:${secret}`), 'control-character'],
  ['two secrets', basic(`${makeSecret('git').secret}:${secret}`), 'two-credentials'],
  ['20 KB', `Basic ${'A'.repeat(20_480)}`, 'too-long'],
  ['an unknown Bearer token', 'Bearer abc', 'not-ours'],
];

for (const [name, header, why] of malformed) {
  void t.test(`${name} is malformed: ${why}`, async (t) => {
    t.strictSame(readAuthorization(header), { kind: 'malformed', why });
  });
}

void t.test('no header and an empty one are no proof', async (t) => {
  t.strictSame(readAuthorization(undefined), { kind: 'none' });
  t.strictSame(readAuthorization('  '), { kind: 'none' });
});

void t.test('a token of three base64url parts is a JWT, verified elsewhere', async (t) => {
  t.strictSame(readAuthorization('Bearer a.b.c'), { kind: 'jwt', token: 'a.b.c' });
});

void t.test('no bytes make it throw', async (t) => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  t.comment(`seed ${seed}`);
  let state = seed;
  const next = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >> 8) % below;
  };
  for (let round = 0; round < 2_000; round++) {
    const noise = Buffer.from(Array.from({ length: next(80) }, () => next(256)));
    readAuthorization(`${next(2) === 0 ? 'Basic ' : 'Bearer '}${noise.toString('latin1')}`);
    readAuthorization(basic(noise));
  }
  t.pass();
});
