import { createPublicKey, verify } from 'node:crypto';
import t from 'tap';
import { fingerprint, parsePublicKey } from '../../gateway/ssh/public-key.ts';
import { parsePublicKeyLine, publicKeyLine } from '../../gateway/ssh/public-key-line.ts';
import { SshError } from '../../gateway/ssh/ssh-error.ts';
import { wireMpint, wireString } from '../../gateway/ssh/wire.ts';
import { damaged, randomOfRun } from '../git/feeding.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';
import { keygen, keyOf, madeTypes, makeKey, softSecurityKey } from './openssh.ts';

for (const [type, args] of madeTypes)
  void t.test(`a ${type} key of ssh-keygen is read, with the fingerprint ssh-keygen shows`, async (t) => {
    const file = `${await temporaryDirectory(t)}/key`;
    const line = await makeKey(file, args);

    const written = parsePublicKeyLine(line);
    t.equal(written.key.type, type);
    t.equal(written.comment, 'a comment');
    t.equal(publicKeyLine(written.key), line.split(' ').slice(0, 2).join(' '));
    t.match(await keygen('-lf', file), ` ${written.fingerprint} `);
  });

for (const kind of ['ed25519', 'ecdsa'] as const)
  void t.test(`a hardware ${kind} key is read, and ssh-keygen agrees that it is one (case D2)`, async (t) => {
    const { key } = softSecurityKey(kind, 'ssh:work');
    const directory = await temporaryDirectory(t);
    const { writeFile } = await import('node:fs/promises');
    await writeFile(`${directory}/key.pub`, `${publicKeyLine(key)} me@laptop\n`);

    t.match(await keygen('-lf', `${directory}/key.pub`), ` ${fingerprint(key.blob)} me@laptop`);
    t.match(keyOf(`${publicKeyLine(key)} me@laptop`), { type: key.type, application: 'ssh:work' });
  });

void t.test('DSA and short RSA keys of ssh-keygen are refused with what to do instead', async (t) => {
  const directory = await temporaryDirectory(t);
  for (const [name, args, message] of [
    ['dsa', ['-t', 'dsa'], /DSA keys are too weak .* ssh-keygen -t ed25519/],
    ['rsa', ['-t', 'rsa', '-b', '1024'], /RSA key of 1024 bits is too short/],
  ] as const) {
    const line = await makeKey(`${directory}/${name}`, args);
    t.throws(() => parsePublicKeyLine(line), { code: 'AUTH_SSH_KEY', message }, name);
  }
});

const ed25519 = Buffer.concat([wireString('ssh-ed25519'), wireString(Buffer.alloc(32, 5))]);
const good = `ssh-ed25519 ${ed25519.toString('base64')}`;
for (const [what, line, message] of [
  ['nothing', '', /no public key/],
  ['a word', 'hello', /no public key/],
  ['options in front', `command="id" ${good}`, /without options/],
  ['another type in front', good.replace('ssh-ed25519', 'ssh-rsa'), /the line says ssh-rsa/],
  ['base64 that is cut off', good.slice(0, -3), /base64|not there/],
  ['base64 with bits behind its end', `${good.slice(0, -1)}=`, /./],
  ['two keys', `${good}\n${good}`, /one key at a time/],
  ['a private key', '-----BEGIN OPENSSH PRIVATE KEY-----\nb3Blb', /private key, which nobody else/],
  ['a very long line', `${good} ${'x'.repeat(20_000)}`, /one line of at most/],
  [
    'a certificate',
    `ssh-ed25519-cert-v01@openssh.com ${wireString('ssh-ed25519-cert-v01@openssh.com').toString('base64')}`,
    /a certificate, not a key/,
  ],
  ['a type nobody knows', `x ${wireString('x').toString('base64')}`, /not supported/],
] as const)
  void t.test(`${what} is no line of a public key`, async (t) => {
    t.throws(() => parsePublicKeyLine(line), { name: 'SshError', message });
  });

void t.test('a comment is made harmless to show', async (t) => {
  t.equal(parsePublicKeyLine(`${good} a\u001b[2J\u202eb\n`).comment, 'a\\u{1b}[2J\\u{202e}b');
  t.equal(parsePublicKeyLine(`  ${good}\r\n`).comment, '');
});

const rsa = (e: Buffer, n: Buffer): Buffer => Buffer.concat([wireString('ssh-rsa'), e, n]);
const oddModulus = Buffer.concat([Buffer.alloc(255, 0xc1), Buffer.of(1)]);
const three = wireMpint(Buffer.of(3));
for (const [what, blob, message] of [
  [
    'an Ed25519 point of 31 bytes',
    Buffer.concat([wireString('ssh-ed25519'), wireString(Buffer.alloc(31, 5))]),
    /32 bytes, not 31/,
  ],
  [
    'a point that is not on its curve',
    Buffer.concat(
      ['ecdsa-sha2-nistp256', 'nistp256', Buffer.concat([Buffer.of(4), Buffer.alloc(64, 7)])].map((part) =>
        wireString(part),
      ),
    ),
    /none that a key can have/,
  ],
  [
    'a compressed point',
    Buffer.concat(
      ['ecdsa-sha2-nistp256', 'nistp256', Buffer.concat([Buffer.of(2), Buffer.alloc(32, 7)])].map((part) =>
        wireString(part),
      ),
    ),
    /twice 32 bytes/,
  ],
  [
    'a curve under another name',
    Buffer.concat(['ecdsa-sha2-nistp256', 'nistp384', Buffer.alloc(65, 4)].map((part) => wireString(part))),
    /not on curve nistp256/,
  ],
  ['an RSA exponent of 1', rsa(wireMpint(Buffer.of(1)), wireMpint(oddModulus)), /odd exponent/],
  ['an even RSA exponent', rsa(wireMpint(Buffer.of(4)), wireMpint(oddModulus)), /odd exponent/],
  ['a long RSA exponent', rsa(wireMpint(Buffer.alloc(64, 3)), wireMpint(oddModulus)), /longer than/],
  ['an even modulus', rsa(three, wireMpint(Buffer.alloc(256, 0xc0))), /odd modulus/],
  ['a negative modulus', rsa(three, wireString(oddModulus)), /not positive/],
  [
    'a modulus with zeros in front',
    rsa(three, wireString(Buffer.concat([Buffer.alloc(2), oddModulus]))),
    /shortest form/,
  ],
  [
    'a modulus of 2047 bits',
    rsa(three, wireMpint(Buffer.concat([Buffer.of(0x41), oddModulus.subarray(1)]))),
    /2047 bits is too short/,
  ],
  ['a modulus of 16392 bits', rsa(three, wireMpint(Buffer.alloc(2_049, 0xc1))), /longer than/],
  ['a huge blob', Buffer.alloc(5_000), /longer than 4096/],
  [
    'a string that claims 4 GiB',
    Buffer.concat([wireString('ssh-ed25519'), Buffer.alloc(4, 0xff)]),
    /longer than 32/,
  ],
] as const)
  void t.test(`${what} is no key`, async (t) => {
    t.throws(() => parsePublicKey(blob), { name: 'SshError', message });
  });

void t.test('a key cut anywhere, or with anything behind it, is none', async (t) => {
  const blobs = [ed25519, rsa(three, wireMpint(oddModulus)), softSecurityKey('ecdsa').key.blob];
  for (const blob of blobs) {
    parsePublicKey(blob);
    for (let end = 0; end < blob.length; end += 1)
      t.throws(() => parsePublicKey(blob.subarray(0, end)), { code: 'PROTOCOL_SSH' });
    t.throws(() => parsePublicKey(Buffer.concat([blob, Buffer.of(0)])), {
      code: 'PROTOCOL_SSH',
      message: /left/,
    });
  }
});

void t.test('damaged keys are read or refused, and never break anything', async (t) => {
  const random = randomOfRun(t);
  const blobs = [ed25519, rsa(three, wireMpint(oddModulus)), softSecurityKey('ecdsa').key.blob];
  let refused = 0;
  for (let i = 0; i < 3_000; i += 1)
    try {
      parsePublicKey(damaged(blobs[i % 3] ?? ed25519, random));
    } catch (error) {
      if (!(error instanceof SshError)) throw error;
      refused += 1;
    }
  t.ok(refused > 300);
});

void t.test('an Ed25519 key for which anybody can sign is refused, though OpenSSL takes it', async (t) => {
  // The neutral point: R the same, S zero, and any message is signed.
  const neutral = Buffer.concat([Buffer.of(1), Buffer.alloc(31)]);
  const key = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: neutral.toString('base64url') },
    format: 'jwk',
  });
  t.ok(
    verify(null, Buffer.from('anything'), key, Buffer.concat([neutral, Buffer.alloc(32)])),
    'the danger is real',
  );

  for (const point of [
    neutral,
    Buffer.concat([Buffer.of(1), Buffer.alloc(30), Buffer.of(0x80)]),
    Buffer.alloc(32),
  ])
    t.throws(() => parsePublicKey(Buffer.concat([wireString('ssh-ed25519'), wireString(point)])), {
      code: 'AUTH_SSH_KEY',
      message: /anybody can sign/,
    });
});
