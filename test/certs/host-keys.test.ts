import { execFile } from 'node:child_process';
import { createPrivateKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import t from 'tap';
import { knownHostsLines, makeEd25519Key, readHostKeys } from '../../certs/host-keys.ts';
import { signUserCertificate } from '../../gateway/ssh/certificate-signing.ts';
import { parsePrivateKey, writeEd25519 } from '../../gateway/ssh/private-key.ts';
import { publicKeyLine } from '../../gateway/ssh/public-key-line.ts';
import { SshError } from '../../gateway/ssh/ssh-error.ts';
import { damaged, randomOfRun } from '../git/feeding.ts';
import { startSshd } from '../servers/sshd.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';
import { keygen, keyOf, madeTypes, makeKey } from '../ssh/openssh.ts';

for (const [type, args] of madeTypes)
  void t.test(
    `a private ${type} key of ssh-keygen is read, and signs what its public half verifies`,
    async (t) => {
      const file = `${await temporaryDirectory(t)}/key`;
      const line = await makeKey(file, args);

      const { key, publicKey } = parsePrivateKey(await readFile(file, 'utf8'));
      t.equal(publicKeyLine(publicKey), line.split(' ').slice(0, 2).join(' '));
      const hash = type === 'ssh-ed25519' ? null : 'sha256';
      const data = Buffer.from('data');
      t.ok(verify(hash, data, publicKey.key, sign(hash, data, key)));
    },
  );

void t.test(
  'the host keys of a door are told by type, fingerprint and known_hosts line (case D11)',
  async (t) => {
    const directory = await temporaryDirectory(t);
    const files = ['ed25519', 'rsa', 'other'].map((name) => `${directory}/${name}`) as [
      string,
      string,
      string,
    ];
    for (const [i, args] of [
      ['-t', 'ed25519'],
      ['-t', 'rsa', '-b', '2048'],
      ['-t', 'ed25519'],
    ].entries())
      await makeKey(files[i] ?? '', args);

    const keys = await readHostKeys(files);
    t.strictSame(
      keys.map(({ type, isServed }) => [type, isServed]),
      [
        ['ssh-ed25519', true],
        ['ssh-rsa', true],
        ['ssh-ed25519', false],
      ],
    );
    for (const [i, key] of keys.entries())
      t.match(await keygen('-lf', files[i] ?? ''), ` ${key.fingerprint} `);
    const [first = '', , third = ''] = knownHostsLines(keys, 'gw.test', 2222);
    t.equal(first, `[gw.test]:2222 ${keys[0]?.line}`);
    t.match(third, /^\[gw\.test\]:2222 ssh-ed25519 AAAA/);
    t.match(knownHostsLines(keys, 'gw.test', 22)[0], /^gw\.test ssh-ed25519 /);
  },
);

void t.test('a host key that others can read is refused, one that its group reads is not', async (t) => {
  const file = `${await temporaryDirectory(t)}/key`;
  await makeKey(file);
  for (const mode of [0o644, 0o604, 0o620, 0o660]) {
    await chmod(file, mode);
    await t.rejects(readHostKeys([file]), {
      code: 'CONFIG_SSH_KEY',
      message: `${file} is open to others (mode 0${mode.toString(8)}); chmod 600 closes it`,
    });
  }
  for (const mode of [0o600, 0o400, 0o440, 0o640]) {
    await chmod(file, mode);
    t.equal((await readHostKeys([file])).length, 1);
  }
});

for (const [what, make, message] of [
  ['of a passphrase', ['-t', 'ed25519', '-N', 'secret'], /has a passphrase; ssh-keygen -p/],
  [
    'of the older format',
    ['-t', 'rsa', '-b', '2048', '-m', 'PEM', '-N', ''],
    /OpenSSH’s format; ssh-keygen -p/,
  ],
  ['of a short RSA key', ['-t', 'rsa', '-b', '1024', '-N', ''], /RSA key of 1024 bits is too short/],
  ['of a DSA key', ['-t', 'dsa', '-N', ''], /DSA keys are too weak/],
] as const)
  void t.test(`a host key file ${what} is refused with its name and the mend`, async (t) => {
    const file = `${await temporaryDirectory(t)}/key`;
    await keygen('-q', ...make, '-f', file);
    const error = await readHostKeys([file]).catch((error: unknown) => error);
    t.match(error, { code: 'CONFIG_SSH_KEY', message });
    t.match((error as Error).message, file);
  });

void t.test('files that are not there, empty or put together of two keys are refused', async (t) => {
  const directory = await temporaryDirectory(t);
  await t.rejects(readHostKeys([`${directory}/none`]), { message: /none cannot be read \(ENOENT\)/ });
  await writeFile(`${directory}/empty`, '', { mode: 0o600 });
  await t.rejects(readHostKeys([`${directory}/empty`]), { code: 'CONFIG_SSH_KEY' });
  const [one, two] = [0, 1].map(() => writeEd25519(generateKeyPairSync('ed25519').privateKey, 'x')) as [
    string,
    string,
  ];
  const bytes = (text: string): Buffer => Buffer.from(text.replaceAll(/-----[^\n]*-----/g, ''), 'base64');
  // The private half is the last 136 bytes, behind its length; both files have one layout.
  const seam = bytes(one).length - 4 - 136;
  const joined = Buffer.concat([bytes(one).subarray(0, seam), bytes(two).subarray(seam)]);
  t.equal(bytes(one).length, bytes(two).length);
  t.throws(
    () =>
      parsePrivateKey(
        `-----BEGIN OPENSSH PRIVATE KEY-----\n${joined.toString('base64')}\n-----END OPENSSH PRIVATE KEY-----\n`,
      ),
    { code: 'CONFIG_SSH_KEY', message: /damaged/ },
  );
});

void t.test('damaged key files are read or refused, with nothing of the key in the text', async (t) => {
  const random = randomOfRun(t);
  const text = writeEd25519(generateKeyPairSync('ed25519').privateKey, 'x');
  const whole = Buffer.from(text.replaceAll(/-----[^\n]*-----/g, ''), 'base64');
  for (let i = 0; i < 1_000; i += 1) {
    const base64 = damaged(whole, random).toString('base64');
    try {
      parsePrivateKey(`-----BEGIN OPENSSH PRIVATE KEY-----\n${base64}\n-----END OPENSSH PRIVATE KEY-----\n`);
    } catch (error) {
      if (!(error instanceof SshError) || error.message.length > 200) throw error;
    }
  }
});

void t.test('a key made here is one to ssh-keygen, and comes back as it was', async (t) => {
  const file = `${await temporaryDirectory(t)}/key`;
  const { text, line } = makeEd25519Key('sluice');
  await writeFile(file, text, { mode: 0o600 });
  t.equal((await keygen('-y', '-f', file)).trim(), line.trim());
  t.equal(publicKeyLine(parsePrivateKey(text).publicKey), line.replace(/ sluice\n$/, ''));
  const pkcs8 = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' });
  const key = createPrivateKey(pkcs8);
  t.ok(parsePrivateKey(writeEd25519(key, '')).key.equals(key));
});

void t.test(
  'the real sshd serves a host key made here and lets in by a certificate signed here',
  async (t) => {
    const directory = await temporaryDirectory(t);
    const host = makeEd25519Key('host');
    const authority = makeEd25519Key('authority');
    const [hostFile, caFile, known, key] = ['host', 'ca.pub', 'known_hosts', 'key'].map(
      (name) => `${directory}/${name}`,
    ) as [string, string, string, string];
    await writeFile(hostFile, host.text, { mode: 0o600 });
    await writeFile(caFile, authority.line);
    const holder = keyOf(await makeKey(key));
    const { username } = userInfo();
    const port = await startSshd(t, [hostFile], [`TrustedUserCAKeys ${caFile}`, 'AuthorizedKeysFile none']);
    await writeFile(
      known,
      `${knownHostsLines(await readHostKeys([hostFile]), '127.0.0.1', port).join('\n')}\n`,
    );
    const now = Math.floor(Date.now() / 1_000);
    const enter = async (
      principals: readonly string[],
      validBefore: number,
      address: string,
    ): Promise<string> => {
      const { line } = signUserCertificate(
        {
          key: holder,
          serial: 1n,
          keyId: 'k',
          principals,
          validAfter: now - 60,
          validBefore,
          sourceAddresses: [address],
          forceCommand: 'echo entered',
        },
        parsePrivateKey(authority.text).key,
      );
      await writeFile(`${key}-cert.pub`, `${line}\n`);
      const options = [
        'BatchMode=yes',
        `UserKnownHostsFile=${known}`,
        'StrictHostKeyChecking=yes',
        'IdentitiesOnly=yes',
        'IdentityAgent=none',
      ];
      const args = [
        '-F',
        'none',
        '-p',
        String(port),
        '-i',
        key,
        ...options.flatMap((option) => ['-o', option]),
      ];
      return await new Promise((resolve) => {
        execFile(
          'ssh',
          [...args, `${username}@127.0.0.1`, 'x'],
          { timeout: 20_000 },
          (error, stdout, stderr) =>
            resolve(error === null ? stdout.trim() : (stderr.trim().split('\n').at(-1) ?? '')),
        );
      });
    };
    t.equal(await enter([username], now + 300, '127.0.0.0/8'), 'entered');
    for (const [what, principals, validBefore, address] of [
      ['expired', [username], now - 1, '127.0.0.0/8'],
      ['for somebody else', ['nobody-here'], now + 300, '127.0.0.0/8'],
      ['from elsewhere', [username], now + 300, '192.0.2.0/24'],
    ] as const)
      t.match(await enter(principals, validBefore, address), /Permission denied/, what);
  },
);
