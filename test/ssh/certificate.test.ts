import { generateKeyPairSync, sign } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import t, { type Test } from 'tap';
import { parseUserCertificate, type UserCertificate } from '../../gateway/ssh/certificate.ts';
import {
  type CertificateDemands,
  type CertificateVerdict,
  checkCertificate,
} from '../../gateway/ssh/certificate-check.ts';
import {
  type CertificateTerms,
  ed25519Blob,
  signUserCertificate,
} from '../../gateway/ssh/certificate-signing.ts';
import { parsePublicKey } from '../../gateway/ssh/public-key.ts';
import { SshError } from '../../gateway/ssh/ssh-error.ts';
import { wireString, wireUint32, wireUint64 } from '../../gateway/ssh/wire.ts';
import { damaged, randomOfRun } from '../git/feeding.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';
import { keygen, keyOf, madeTypes, makeKey, softSecurityKey } from './openssh.ts';

const noon = Date.UTC(2026, 10, 28, 12);
const seconds = noon / 1_000;
const authority = generateKeyPairSync('ed25519').privateKey;
const holder = parsePublicKey(ed25519Blob(generateKeyPairSync('ed25519').privateKey));

function demands(change: Partial<CertificateDemands> = {}): CertificateDemands {
  return {
    now: noon,
    address: '192.0.2.7',
    isAuthority: (blob) => blob.equals(ed25519Blob(authority)),
    isRevoked: () => false,
    isPrincipal: (name) => name === 'alice',
    ...change,
  };
}

function certified(change: Partial<CertificateTerms> = {}): UserCertificate {
  const terms = { key: holder, serial: 7n, keyId: 'laptop', principals: ['alice'] };
  return parseUserCertificate(
    signUserCertificate(
      { ...terms, validAfter: seconds - 60, validBefore: seconds + 60, ...change },
      authority,
    ).blob,
  );
}

function verdict(certificate: UserCertificate, change: Partial<CertificateDemands> = {}): CertificateVerdict {
  return checkCertificate(certificate, demands(change));
}

void t.test('a certificate that is good says for whom, how long, and for what alone', async (t) => {
  t.strictSame(verdict(certified({ principals: ['bob', 'alice'] })), {
    accepted: true,
    principals: ['alice'],
    endsAt: noon + 60_000,
    forceCommand: undefined,
    verifyRequired: false,
  });
  t.match(verdict(certified({ forceCommand: "git-upload-pack 'hub/app'", verifyRequired: true })), {
    forceCommand: "git-upload-pack 'hub/app'",
    verifyRequired: true,
  });
});

void t.test('its window opens with its first second and is shut at its last', async (t) => {
  const certificate = certified();
  for (const [now, expected] of [
    [noon - 60_001, { accepted: false, why: 'not-yet-valid' }],
    [noon - 60_000, { accepted: true }],
    [noon + 59_999, { accepted: true }],
    [noon + 60_000, { accepted: false, why: 'expired' }],
  ] as const)
    t.match(verdict(certificate, { now }), expected, String(now - noon));
});

for (const [what, why, change] of [
  ['by an authority nobody named', 'unknown-authority', { isAuthority: () => false }],
  [
    'that was revoked by its serial',
    'revoked',
    { isRevoked: ({ serial }: UserCertificate) => serial === 7n },
  ],
  [
    'that was revoked by its key id',
    'revoked',
    { isRevoked: ({ keyId }: UserCertificate) => keyId === 'laptop' },
  ],
  ['for somebody else', 'other-principals', { isPrincipal: (name: string) => name === 'carol' }],
] as const)
  void t.test(`a certificate ${what} is refused as ${why}`, async (t) => {
    t.strictSame(verdict(certified(), change), { accepted: false, why });
  });

for (const [list, address, accepted] of [
  [['192.0.2.0/24'], '192.0.2.7', true],
  [['192.0.2.7'], '192.0.2.7', true],
  [['10.0.0.0/8', '2001:db8::/32'], '2001:db8::1', true],
  [['0.0.0.0/0'], '192.0.2.7', true],
  [['0.0.0.0/0'], '2001:db8::1', false],
  [['10.0.0.0/8'], '192.0.2.7', false],
  [['2001:db8::/32'], '192.0.2.7', false],
  [['192.0.2.0/24'], 'unknown', false],
] as const)
  void t.test(
    `source-address ${list.join()} ${accepted ? 'lets' : 'does not let'} ${address} in`,
    async (t) => {
      const certificate = certified({ sourceAddresses: list });
      t.strictSame(
        verdict(certificate, { address }).accepted ? true : verdict(certificate, { address }),
        accepted ? true : { accepted: false, why: 'other-address' },
      );
    },
  );

for (const list of [
  [''],
  ['10.0.0.1/8'],
  ['192.0.2.7', ''],
  ['!10.0.0.0/8', '0.0.0.0/0'],
  ['*'],
  ['10.0.0.0/33'],
  ['gw.test'],
])
  void t.test(`source-address "${list.join()}" is no list and lets nobody in`, async (t) => {
    t.strictSame(verdict(certified({ sourceAddresses: list })), {
      accepted: false,
      why: 'malformed-critical-option',
    });
  });

/** A certificate field by field, for those no authority of ours signs. */
function handmade(change: {
  holder?: number;
  principals?: readonly string[];
  options?: readonly (readonly [name: string, data: Buffer])[];
  reserved?: string;
  signatureName?: string;
}): Buffer {
  const list = (parts: readonly Buffer[]): Buffer => wireString(Buffer.concat(parts));
  const signed = Buffer.concat([
    wireString('ssh-ed25519-cert-v01@openssh.com'),
    wireString('nonce'),
    holder.blob.subarray(4 + 'ssh-ed25519'.length),
    wireUint64(7n),
    wireUint32(change.holder ?? 1),
    wireString('laptop'),
    list((change.principals ?? ['alice']).map((name) => wireString(name))),
    wireUint64(0n),
    wireUint64(0xffff_ffff_ffff_ffffn),
    list((change.options ?? []).flatMap(([name, data]) => [wireString(name), wireString(data)])),
    wireString(''),
    wireString(change.reserved ?? ''),
    wireString(ed25519Blob(authority)),
  ]);
  const signature = [
    wireString(change.signatureName ?? 'ssh-ed25519'),
    wireString(sign(null, signed, authority)),
  ];
  return Buffer.concat([signed, wireString(Buffer.concat(signature))]);
}

void t.test('a certificate without an end has none', async (t) => {
  t.match(verdict(parseUserCertificate(handmade({}))), { accepted: true, endsAt: undefined });
});

for (const [what, change, why] of [
  ['a host’s certificate', { holder: 2 }, 'not-a-user-certificate'],
  ['a certificate for nobody by name', { principals: [] }, 'no-principals'],
  ['an option nobody knows', { options: [['no-touch', Buffer.alloc(0)]] }, 'unknown-critical-option'],
  [
    'an extension among the options',
    { options: [['permit-pty', Buffer.alloc(0)]] },
    'unknown-critical-option',
  ],
  [
    'verify-required with a value',
    { options: [['verify-required', wireString('no')]] },
    'malformed-critical-option',
  ],
  [
    'a forced command without its length',
    { options: [['force-command', Buffer.from('id')]] },
    'malformed-critical-option',
  ],
  [
    'a forced command and more',
    { options: [['force-command', Buffer.concat([wireString('a'), Buffer.of(0)])]] },
    'malformed-critical-option',
  ],
  [
    'another name on the authority’s signature',
    { signatureName: 'rsa-sha2-512' },
    'authority-signature-algorithm',
  ],
] as const)
  void t.test(`${what} is refused as ${why}`, async (t) => {
    t.strictSame(verdict(parseUserCertificate(handmade(change))), { accepted: false, why });
  });

const option = (name: string) => [name, Buffer.alloc(0)] as const;
for (const [what, blob, message] of [
  ['options out of order', handmade({ options: [option('b'), option('a')] }), /order of their names/],
  ['an option twice', handmade({ options: [option('a'), option('a')] }), /order of their names/],
  ['a holder of type 3', handmade({ holder: 3 }), /user \(1\) or a host \(2\), not 3/],
  ['a reserved field', handmade({ reserved: 'x' }), /reserved/],
  [
    '257 principals',
    handmade({ principals: Array.from({ length: 257 }, (_, i) => `p${i}`) }),
    /more than 256/,
  ],
  ['an empty principal', handmade({ principals: ['alice', ''] }), /is empty/],
  [
    '65 options',
    handmade({ options: Array.from({ length: 65 }, (_, i) => option(`o${100 + i}`)) }),
    /more than 64/,
  ],
  ['a bare key', holder.blob, /no certificate/],
  ['more than 32 KiB', Buffer.alloc(40_000), /longer than 32768/],
] as const)
  void t.test(`${what} is no certificate`, async (t) => {
    t.throws(() => parseUserCertificate(blob), { code: 'PROTOCOL_SSH', message });
  });

void t.test('a certificate cut anywhere, or with anything behind it, is none', async (t) => {
  const { blob } = certified({ forceCommand: 'x', sourceAddresses: ['::/0'] });
  for (let end = 0; end < blob.length; end += 1)
    t.throws(() => parseUserCertificate(blob.subarray(0, end)), { code: 'PROTOCOL_SSH' });
  t.throws(() => parseUserCertificate(Buffer.concat([blob, Buffer.of(0)])), { code: 'PROTOCOL_SSH' });
});

void t.test('a damaged certificate is never accepted, and never breaks anything', async (t) => {
  const random = randomOfRun(t);
  const { blob } = certified({ forceCommand: 'x', sourceAddresses: ['0.0.0.0/0'] });
  t.ok(verdict(parseUserCertificate(blob)).accepted);
  for (let i = 0; i < 2_000; i += 1) {
    const bytes = damaged(blob, random);
    if (bytes.equals(blob)) continue;
    try {
      if (verdict(parseUserCertificate(bytes)).accepted) t.fail(bytes.toString('hex'));
    } catch (error) {
      if (!(error instanceof SshError)) throw error;
    }
  }
});

void t.test('terms nobody could use are not signed', async (t) => {
  for (const change of [
    { principals: [] },
    { principals: [''] },
    { validBefore: seconds - 60 },
    { validBefore: Number.NaN },
    { validAfter: -1 },
    { validAfter: 1.5 },
  ])
    t.throws(() => certified(change), RangeError, JSON.stringify(change));
  const other = generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey;
  const terms = { key: holder, serial: 1n, keyId: '', principals: ['a'], validAfter: 1, validBefore: 2 };
  t.throws(() => signUserCertificate(terms, other), RangeError);
});

void t.test('ssh-keygen reads what was signed here as it was meant', async (t) => {
  const file = `${await temporaryDirectory(t)}/key-cert.pub`;
  for (const key of [holder, softSecurityKey('ed25519').key, softSecurityKey('ecdsa').key]) {
    const { line } = signUserCertificate(
      {
        key,
        serial: 18_446_744_073_709_551_615n,
        keyId: 'R-1 of alice',
        principals: ['alice', 'P-7'],
        validAfter: seconds,
        validBefore: seconds + 300,
        forceCommand: 'help',
        sourceAddresses: ['192.0.2.0/24', '::1/128'],
        verifyRequired: true,
      },
      authority,
    );
    await writeFile(file, `${line} comment\n`);
    const said = await keygen('-L', '-f', file);
    for (const part of [
      'user certificate',
      'Key ID: "R-1 of alice"',
      'Serial: 18446744073709551615',
      'Valid: from 2026-11-28T12:00:00 to 2026-11-28T12:05:00',
      /Principals: \n\s+alice\n\s+P-7\n/,
      'force-command help',
      'source-address 192.0.2.0/24,::1/128',
      'verify-required',
      'Extensions: (none)',
    ])
      t.match(said, part, key.type);
  }
});

/** Has the real ssh-keygen sign; `args` go before the key's file. */
async function signedByKeygen(
  t: Test,
  authorityType: readonly string[],
  args: readonly string[],
  keyType?: readonly string[],
) {
  const directory = await temporaryDirectory(t);
  const [ca, key] = [`${directory}/ca`, `${directory}/key`];
  const caLine = await makeKey(ca, authorityType);
  await makeKey(key, keyType);
  await keygen('-q', '-s', ca, '-I', 'laptop', '-z', '7', ...args, `${key}.pub`);
  const [, base64 = ''] = (await readFile(`${key}-cert.pub`, 'utf8')).split(' ');
  const certificate = parseUserCertificate(Buffer.from(base64, 'base64'));
  const caBlob = keyOf(caLine).blob;
  return {
    certificate,
    isAuthority: (blob: Buffer) => blob.equals(caBlob),
    key: keyOf(await readFile(`${key}.pub`, 'utf8')),
  };
}

for (const [type, args] of madeTypes)
  void t.test(`a certificate of ssh-keygen over and by a ${type} key is accepted`, async (t) => {
    const options = [
      '-n',
      'alice,bob',
      '-V',
      '+1h',
      '-O',
      'source-address=192.0.2.0/24',
      '-O',
      'force-command=help',
      '-O',
      'verify-required',
    ];
    const { certificate, isAuthority, key } = await signedByKeygen(t, args, options, args);
    t.strictSame(certificate.key.blob, key.blob);
    t.ok(certificate.extensions.has('permit-pty'));
    t.match(verdict(certificate, { isAuthority, now: Date.now() }), {
      accepted: true,
      principals: ['alice'],
      forceCommand: 'help',
      verifyRequired: true,
    });
    t.match(verdict(certificate, { isAuthority, now: Date.now() + 3_600_000 }), { why: 'expired' });
  });

for (const [what, authorityType, args, why] of [
  [
    'signed with SHA-1',
    ['-t', 'rsa', '-b', '2048'],
    ['-t', 'ssh-rsa', '-n', 'alice'],
    'authority-signature-algorithm',
  ],
  ['without principals', ['-t', 'ed25519'], [], 'no-principals'],
  ['for a host', ['-t', 'ed25519'], ['-h', '-n', 'alice'], 'not-a-user-certificate'],
  [
    'with an option of somebody else',
    ['-t', 'ed25519'],
    ['-n', 'alice', '-O', 'critical:x@y=z'],
    'unknown-critical-option',
  ],
  ['not yet valid', ['-t', 'ed25519'], ['-n', 'alice', '-V', '+1h:+2h'], 'not-yet-valid'],
] as const)
  void t.test(`a certificate of ssh-keygen ${what} is refused as ${why}`, async (t) => {
    const { certificate, isAuthority } = await signedByKeygen(t, authorityType, args);
    t.strictSame(verdict(certificate, { isAuthority, now: Date.now() }), { accepted: false, why });
  });
