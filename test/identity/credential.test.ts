import { createHash } from 'node:crypto';
import t from 'tap';
import { makeSecret, readSecret } from '../../gateway/identity/credential.ts';

void t.test(
  'a secret is short, names its kind, and reads back to what is kept of it (case G2)',
  async (t) => {
    for (const [kind, prefix] of [
      ['git', 'slu_g_'],
      ['api', 'slu_a_'],
    ] as const) {
      const { secret, hash, shown } = makeSecret(kind);
      t.match(secret, new RegExp(`^${prefix}[0-9A-Za-z]{31}_[0-9A-Za-z]{6}$`));
      t.ok(Buffer.byteLength(secret) < 200);
      t.equal(hash, createHash('sha256').update(secret).digest('hex'));
      t.equal(shown, secret.slice(0, 12));
      t.strictSame(readSecret(secret), { kind, hash, shown });
    }
  },
);

void t.test('every mistyped, lost or added character is told without a look-up', async (t) => {
  const { secret } = makeSecret('git');
  for (let at = 0; at < secret.length; at++) {
    const other = secret[at] === 'x' ? 'y' : 'x';
    const mistyped = `${secret.slice(0, at)}${other}${secret.slice(at + 1)}`;
    t.type(readSecret(mistyped), 'string', `character ${at} changed`);
    t.type(readSecret(secret.slice(0, at) + secret.slice(at + 1)), 'string', `character ${at} lost`);
    t.type(readSecret(`${secret.slice(0, at)}x${secret.slice(at)}`), 'string', `character ${at} added`);
  }
  t.equal(readSecret(secret.replace('slu_g_', 'slu_a_')), 'mistyped', 'a git secret is no api secret');
});

void t.test('what is no secret of ours is said to be so', async (t) => {
  for (const text of [
    '',
    'password',
    'ghp_0123456789',
    `slu_g_${'x'.repeat(1_000_000)}`,
    'slu_g_\n',
    'slu_x_',
  ]) {
    t.equal(readSecret(text), 'not-ours');
  }
});

void t.test('digits are spread evenly: a byte that would favour some is dropped', async (t) => {
  const bytes = [...Array(64).keys()].map((at) => (at < 8 ? 248 + at : at));
  const { secret } = makeSecret('git', () => Buffer.from(bytes));
  t.equal(secret.slice(6, 9), '89A', 'bytes 248 to 255 gave no digit');
});
