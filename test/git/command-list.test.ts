import t from 'tap';
import { type CommandList, CommandListReader, writeCommandList } from '../../gateway/git/command-list.ts';
import { flushPkt, pktLine } from '../../gateway/git/pkt-line.ts';
import { ProtocolError } from '../../gateway/git/protocol-error.ts';
import { cuts, randomCut, randomOf, seedOfRun } from './feeding.ts';

const zero = '0'.repeat(40);
const one = '1'.repeat(40);
const two = '2'.repeat(40);
const caps = '\0 report-status side-band-64k object-format=sha1 agent=git/2.39.5';

function read(pieces: readonly Buffer[]): { list: CommandList; rest: string; isProbe: boolean } {
  const reader = new CommandListReader();
  const rest: Buffer[] = [];
  for (const piece of pieces) {
    if (reader.isDone) rest.push(piece);
    else {
      const behind = reader.feed(piece);
      if (behind !== undefined) rest.push(behind);
    }
  }
  return { list: reader.list(), rest: Buffer.concat(rest).toString('latin1'), isProbe: reader.isProbe };
}

const lines = (...payloads: string[]): Buffer =>
  Buffer.concat([...payloads.map((payload) => pktLine(Buffer.from(payload, 'latin1'))), flushPkt]);

void t.test(
  'creates, updates and deletes are told by their ids, wherever the list is cut, and the pack is handed on',
  async (t) => {
    const bytes = Buffer.concat([
      lines(
        `shallow ${two}\n`,
        `${zero} ${one} refs/heads/a${caps}`,
        `${one} ${two} refs/heads/b`,
        `${two} ${zero} refs/tags/c`,
      ),
      Buffer.from('PACK\0\0'),
    ]);
    for (const pieces of cuts(bytes)) {
      const { list, rest, isProbe } = read(pieces);
      t.strictSame(
        list.updates.map(({ ref, kind }) => `${kind} ${ref}`),
        ['create refs/heads/a', 'update refs/heads/b', 'delete refs/tags/c'],
      );
      t.strictSame(list.shallow, [two]);
      t.equal(list.objectFormat, 'sha1');
      t.ok(list.expectsPack && !isProbe);
      t.equal(rest, 'PACK\0\0');
    }
  },
);

void t.test('64-digit ids make a SHA-256 list', async (t) => {
  const { list } = read([
    lines(`${'0'.repeat(64)} ${'a'.repeat(64)} refs/heads/a\0 report-status object-format=sha256`),
  ]);
  t.match(list, { objectFormat: 'sha256', updates: [{ kind: 'create' }] });
});

void t.test('a list of deletes expects no pack; a lone flush is a probe', async (t) => {
  t.equal(read([lines(`${one} ${zero} refs/heads/a${caps}`)]).list.expectsPack, false);
  t.equal(read([flushPkt]).isProbe, true);
});

void t.test('push options follow where they were chosen, as data', async (t) => {
  const bytes = Buffer.concat([
    lines(`${zero} ${one} refs/heads/a${caps} push-options`),
    lines('ci.skip', 'x=$(id)', 'b\xff'),
    Buffer.from('PACK'),
  ]);
  for (const pieces of cuts(bytes)) {
    const { list, rest } = read(pieces);
    t.strictSame(list.options, ['ci.skip', 'x=$(id)', Buffer.from('b\xff', 'latin1')]);
    t.equal(rest, 'PACK');
  }
});

const certificate = (...body: string[]): Buffer =>
  lines(
    `push-cert${caps}\n`,
    'certificate version 0.1\n',
    'pusher Ana <a@x> 1 +0000\n',
    'pushee https://x\n',
    'nonce 1-abc\n',
    '\n',
    ...body,
    '-----BEGIN PGP SIGNATURE-----\n',
    `${one} ${two} refs/heads/not-a-command\n`.replace(/^/, ' '),
    '-----END PGP SIGNATURE-----\n',
    'push-cert-end\n',
  );

void t.test(
  'of a signed push the commands inside the certificate count, and its bytes stay as they are',
  async (t) => {
    const bytes = certificate(`${zero} ${one} refs/heads/a\n`, `${one} ${two} refs/heads/b\n`);
    const { list } = read([bytes]);

    t.strictSame(
      list.updates.map(({ ref }) => ref),
      ['refs/heads/a', 'refs/heads/b'],
    );
    t.ok(bytes.includes(list.certificate ?? Buffer.from('none')));
    t.ok(writeCommandList(list).includes(list.certificate ?? Buffer.from('none')));
  },
);

const refused: readonly (readonly [string, Buffer])[] = [
  [
    'capabilities on the second command',
    lines(`${zero} ${one} refs/heads/a`, `${zero} ${one} refs/heads/b${caps}`),
  ],
  ['capabilities twice', lines(`${zero} ${one} refs/heads/a${caps}`, `${zero} ${one} refs/heads/b${caps}`)],
  [
    'a plain command before the certificate',
    Buffer.concat([
      pktLine(`${zero} ${one} refs/heads/a${caps}`),
      certificate(`${zero} ${one} refs/heads/b\n`),
    ]),
  ],
  [
    'a plain command behind the certificate',
    Buffer.concat([
      certificate(`${zero} ${one} refs/heads/a\n`).subarray(0, -4),
      lines(`${zero} ${one} refs/heads/b`),
    ]),
  ],
  ['a certificate without commands', certificate()],
  [
    'a delim inside',
    Buffer.concat([
      pktLine(`${zero} ${one} refs/heads/a${caps}`),
      Buffer.from('0001'),
      lines(`${zero} ${one} refs/heads/b`),
    ]),
  ],
  [
    'a response-end inside',
    Buffer.concat([pktLine(`${zero} ${one} refs/heads/a${caps}`), Buffer.from('0002')]),
  ],
  ['two commands for one ref', lines(`${zero} ${one} refs/heads/a${caps}`, `${one} ${two} refs/heads/a`)],
  [
    'ids of mixed length',
    lines(`${zero} ${one} refs/heads/a${caps}`, `${'0'.repeat(64)} ${'1'.repeat(64)} refs/heads/b`),
  ],
  ['ids of mixed length in one command', lines(`${zero} ${'1'.repeat(64)} refs/heads/a${caps}`)],
  ['an id of 39 digits', lines(`${zero.slice(1)} ${one} refs/heads/a${caps}`)],
  ['upper-case digits', lines(`${zero} ${'A'.repeat(40)} refs/heads/a${caps}`)],
  ['nothing into nothing', lines(`${zero} ${zero} refs/heads/a${caps}`)],
  ['a capability nobody knows', lines(`${zero} ${one} refs/heads/a\0 report-status evil`)],
  ['an object format that does not fit', lines(`${zero} ${one} refs/heads/a\0 object-format=sha256`)],
  ['a shallow line behind a command', lines(`${zero} ${one} refs/heads/a${caps}`, `shallow ${one}`)],
  ['shallow lines alone', lines(`shallow ${one}`)],
  ['a ref that walks', lines(`${zero} ${one} refs/heads/../x${caps}`)],
  ['a ref outside refs/', lines(`${zero} ${one} HEAD${caps}`)],
  ['a ref with a line end', lines(`${zero} ${one} refs/heads/a\nb${caps}`)],
  ['a ref that ends in .lock', lines(`${zero} ${one} refs/heads/a.lock${caps}`)],
  ['words', lines('hello')],
];
for (const [what, bytes] of refused)
  void t.test(`${what} is refused, wherever it is cut`, async (t) => {
    for (const pieces of [[bytes], Array.from(bytes, (_, i) => bytes.subarray(i, i + 1))])
      t.throws(() => read(pieces), { code: 'PROTOCOL_COMMANDS' });
  });

void t.test('endless lists end at their bound, with a fixed amount kept', async (t) => {
  const feeds: readonly ((i: number) => string)[] = [
    (i) => `${zero} ${one} refs/heads/b${i}${i === 0 ? caps : ''}`,
    () => `shallow ${one}`,
    (i) => (i === 0 ? `push-cert${caps}` : 'x'.repeat(100)),
  ];
  for (const line of feeds) {
    const reader = new CommandListReader();
    let fed = 0;
    t.throws(
      () => {
        for (let i = 0; i < 1_000_000; i += 1) {
          const bytes = pktLine(line(i));
          fed += bytes.length;
          reader.feed(bytes);
        }
      },
      { code: 'PROTOCOL_COMMANDS' },
    );
    t.ok(fed <= 33 * 2 ** 20, `${fed} bytes`);
  }
});

void t.test('a list written anew is read back equal', async (t) => {
  const seed = seedOfRun();
  t.comment(`SEED=${seed}`);
  const random = randomOf(seed);
  const id = (): string =>
    random(4) === 0 ? zero : Array.from({ length: 40 }, () => random(16).toString(16)).join('');
  for (let round = 0; round < 200; round += 1) {
    const commands = Array.from(
      { length: 1 + random(8) },
      (_, i) =>
        `${id()} ${one.replace(/1/g, String(1 + random(9)))} refs/heads/r${i}-${['a', 'é', '\xff', '-b'][random(4)]}`,
    );
    const withOptions = random(2) === 0;
    const first = `${commands[0]}${caps}${withOptions ? ' push-options' : ''}`;
    const bytes = Buffer.concat([
      lines(...Array.from({ length: random(3) }, () => `shallow ${two}`), first, ...commands.slice(1)),
      ...(withOptions ? [lines('o', 'p=1')] : []),
    ]);
    const { list } = read(randomCut(bytes, random));
    const again = read(randomCut(writeCommandList(list), random));
    t.strictSame(again.list, list);
    t.equal(again.rest, '');
  }
});

void t.test('random bytes give a list or a ProtocolError, and nothing else', async (t) => {
  const seed = seedOfRun();
  t.comment(`SEED=${seed}`);
  const random = randomOf(seed);
  const good = lines(
    `shallow ${two}`,
    `${zero} ${one} refs/heads/a${caps} push-options`,
    `${one} ${two} refs/heads/b`,
  );
  for (let round = 0; round < 1_500; round += 1) {
    const bytes = Buffer.from(good);
    for (let i = 0; i <= random(4); i += 1) bytes[random(bytes.length)] = random(256);
    const reader = new CommandListReader();
    try {
      for (const piece of randomCut(bytes, random)) if (!reader.isDone) reader.feed(piece);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
    }
  }
  t.pass();
});
