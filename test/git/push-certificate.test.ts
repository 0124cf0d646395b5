import t from 'tap';
import { type CertificateLine, CertificateReader } from '../../gateway/git/push-certificate.ts';

const zero = '0'.repeat(40);
const one = '1'.repeat(40);
const command = `${zero} ${one} refs/heads/a\n`;
const head = [
  'certificate version 0.1\n',
  'pusher Ana <a@x> 1 +0000\n',
  'pushee https://x/\n',
  'nonce 1-abc\n',
];
const signature = ['-----BEGIN PGP SIGNATURE-----\n', '\n', 'iQEz=\n', '-----END PGP SIGNATURE-----\n'];

function read(...lines: readonly string[]): readonly CertificateLine[] {
  const reader = new CertificateReader();
  return lines.map((line) => reader.read(Buffer.from(line, 'latin1')));
}

void t.test('commands, options and the end are told from the rest', async (t) => {
  const kinds = read(...head, 'push-option ci.skip\n', '\n', command, ...signature, 'push-cert-end\n');

  t.strictSame(
    kinds
      .filter(({ kind }) => kind !== 'other')
      .map((line) => ('bytes' in line ? line.bytes.toString() : line.kind)),
    ['ci.skip', command.trim(), 'end'],
  );
});

for (const begin of ['PGP SIGNATURE', 'PGP MESSAGE', 'SIGNED MESSAGE', 'SSH SIGNATURE'])
  void t.test(`${begin} begins a signature`, async (t) => {
    t.strictSame(
      read(...head, '\n', command, `-----BEGIN ${begin}-----\n`, 'x\n', 'push-cert-end\n').at(-1),
      {
        kind: 'end',
      },
    );
  });

void t.test('what looks like a command inside the signature is none: git reads none there', async (t) => {
  const lines = read(
    ...head,
    '\n',
    command,
    ...signature,
    `${one} ${zero} refs/heads/victim\n`,
    'push-cert-end\n',
  );

  t.equal(lines.filter(({ kind }) => kind === 'command').length, 1);
});

// receive-pack joins all pkts to one text: what it would find there, and a reading pkt by pkt would not.
for (const [what, lines] of [
  ['an empty line and a command inside a header’s pkt', [...head.slice(0, 3), `nonce x\n\n${command}`]],
  ['a command cut in two pkts', [...head, '\n', `${zero} ${one} refs/heads/a`, 'bc\n']],
  ['two commands in one pkt', [...head, '\n', `${command}${command}`]],
  ['NUL in a header, where git’s string ends', [...head, 'nonce \0\n']],
  ['NUL behind a command', [...head, '\n', `${zero} ${one} refs/heads/a\0\n`]],
  ['an empty pkt', [...head, '']],
  ['no line end', [...head, 'nonce x']],
  ['another version', ['certificate version 0.2\n']],
  ['no version', ['pusher Ana\n']],
  ['a header nobody knows', [...head, 'evil x\n']],
  ['a header continued', [...head, ' x\n']],
  ['a header without a value', [...head, 'nonce\n']],
  ['a signature in the header', [...head, ...signature]],
  ['an end in the header', [...head, 'push-cert-end\n']],
  ['a second signature, of which git takes the last', [...head, '\n', command, ...signature, ...signature]],
  ['a signature of a kind git would take for a command', [...head, '\n', command, '-----BEGIN EVIL-----\n']],
  [
    'a signature that begins in the middle of a line',
    [...head, '\n', command, '-----BEGIN PGP SIGNATURE----- x\n'],
  ],
] as const)
  void t.test(`a certificate with ${what} is refused`, async (t) => {
    t.throws(() => read(...lines), { code: 'PROTOCOL_COMMANDS' });
  });

void t.test('any other line among the commands is handed on as one, to be refused as one', async (t) => {
  const kinds = read(...head, '\n', 'push-cert-end\n', `${'A'.repeat(40)} ${one} refs/heads/a\n`, '\n');

  t.strictSame(
    kinds.slice(-3).map(({ kind }) => kind),
    ['command', 'command', 'command'],
  );
});
