import t from 'tap';
import { receivePackCapabilities } from '../../gateway/git/capabilities.ts';
import { type CommandList, writeCommandList } from '../../gateway/git/command-list.ts';
import { CommandListReader } from '../../gateway/git/command-list-reader.ts';
import { flushPkt, longestPayload, pktLine } from '../../gateway/git/pkt-line.ts';
import { ProtocolError } from '../../gateway/git/protocol-error.ts';
import { cuts, damaged, randomCut, randomOfRun, section, singles } from './feeding.ts';

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

const lines = section;

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

const head = [
  'certificate version 0.1\n',
  'pusher Ana <a@x> 1 +0000\n',
  'pushee https://x\n',
  'nonce 1-abc\n',
];
const signature = [
  '-----BEGIN PGP SIGNATURE-----\n',
  '\n',
  'iQ=\n',
  '-----END PGP SIGNATURE-----\n',
  'push-cert-end\n',
];

/** A signed push of these commands, with these options inside it. */
function signed(commands: readonly string[], options: readonly string[] = [], chosen = caps): Buffer {
  const inside = options.map((option) => `push-option ${option}\n`);
  return lines(
    `push-cert${chosen}\n`,
    ...head,
    ...inside,
    '\n',
    ...commands.map((line) => `${line}\n`),
    ...signature,
  );
}

const createA = `${zero} ${one} refs/heads/a`;
const updateB = `${one} ${two} refs/heads/b`;

void t.test(
  'of a signed push the commands inside the certificate count, and its bytes stay as they are',
  async (t) => {
    const bytes = Buffer.concat([
      lines(`shallow ${two}`).subarray(0, -4),
      signed([createA, updateB]),
      Buffer.from('PACK'),
    ]);
    for (const pieces of cuts(bytes)) {
      const { list, rest } = read(pieces);

      t.strictSame(
        list.updates.map(({ ref }) => ref),
        ['refs/heads/a', 'refs/heads/b'],
      );
      t.ok(bytes.includes(list.certificate ?? Buffer.from('none')));
      t.ok(
        bytes
          .subarray(-4 - (list.certificate?.length ?? 0) - 4)
          .includes(list.certificate ?? Buffer.from('none')),
      );
      t.equal(writeCommandList(list).toString(), `0035shallow ${two}\n${bytes.toString().slice(52, -4)}`);
      t.equal(rest, 'PACK');
    }
  },
);

void t.test(
  'options of a signed push are those inside the certificate, said once more behind it',
  async (t) => {
    const chosen = `${caps} push-options`;
    const { list } = read([Buffer.concat([signed([createA], ['x', 'y'], chosen), lines('x', 'y\n')])]);

    t.strictSame(list.options, ['x', 'y']);
    t.strictSame(read([writeCommandList(list)]).list, list);
    for (const [what, bytes] of [
      ['others', Buffer.concat([signed([createA], ['x'], chosen), lines('y')])],
      ['fewer', Buffer.concat([signed([createA], ['x', 'y'], chosen), lines('x')])],
      ['more', Buffer.concat([signed([createA], ['x'], chosen), lines('x', 'y')])],
      ['none at all', signed([createA], ['x'])],
    ] as const)
      t.throws(() => read([bytes]), { code: 'PROTOCOL_COMMANDS', message: /push options differ/ }, what);
  },
);

void t.test('a certificate is refused when its host did not advertise push-cert', async (t) => {
  const advertised = new Set(receivePackCapabilities);
  advertised.delete('push-cert');

  t.throws(() => new CommandListReader(undefined, advertised).feed(signed([createA])), {
    code: 'PROTOCOL_COMMANDS',
    message: /takes no signed pushes/,
  });
});

void t.test('a capability is refused when its host did not advertise it', async (t) => {
  t.throws(
    () => new CommandListReader(undefined, new Set(['report-status'])).feed(lines(`${createA}${caps}`)),
    {
      message: /"side-band-64k" is not allowed/,
    },
  );
});

void t.test(
  'two refs that UTF-8 cannot tell apart are two; the same bytes twice are one too many',
  async (t) => {
    const { list } = read([lines(`${zero} ${one} refs/heads/\xff${caps}`, `${zero} ${one} refs/heads/\xfe`)]);

    t.strictSame(
      list.updates.map(({ ref }) => ref),
      ['refs/heads/\ufffd', 'refs/heads/\ufffd'],
    );
    t.strictSame(
      list.updates.map(({ refBytes }) => refBytes?.at(-1)),
      [0xff, 0xfe],
    );
    t.throws(() => read([lines(`${zero} ${one} refs/heads/\xff${caps}`, `${one} ${two} refs/heads/\xff`)]), {
      message: /two commands/,
    });
  },
);

void t.test('an empty push option, which git sends as an empty pkt, stays one', async (t) => {
  const bytes = Buffer.concat([lines(`${createA}${caps} push-options`), lines('', 'a', '\n')]);
  const { list } = read([bytes]);

  t.strictSame(list.options, ['', 'a', '']);
  t.strictSame(read([writeCommandList(list)]).list, list);
});

void t.test('nothing of what was not understood is written anew', async (t) => {
  const { list } = read([lines(`shallow ${two}\n`, `${createA}\0report-status  agent=x `, `${updateB}\n`)]);

  t.equal(
    writeCommandList(list).toString(),
    lines(`shallow ${two}\n`, `${createA}\0 report-status agent=x`, updateB).toString(),
  );
});

void t.test('the longest first line that passes can be written anew', async (t) => {
  const fill = `agent=${'\xe9'.repeat(8_000)}`;
  const { list } = read([lines(`${createA}\0${fill}`)]);

  t.strictSame(read([writeCommandList(list)]).list, list);
  const longest = `${createA}\0agent=`;
  t.throws(() => read([lines(longest + 'x'.repeat(longestPayload - longest.length))]), {
    code: 'PROTOCOL_COMMANDS',
  });
});

void t.test('what was read before a fault tells whom to answer, and how', async (t) => {
  const reader = new CommandListReader();

  t.throws(() => reader.feed(lines(`${createA}${caps}`, 'nonsense')));
  t.match(reader.soFar(), { updates: [{ ref: 'refs/heads/a' }], capabilities: [{ key: 'report-status' }] });
  t.throws(() => reader.list(), /not whole/);
});

const refused: readonly (readonly [string, Buffer])[] = [
  [
    'capabilities on the second command',
    lines(`${zero} ${one} refs/heads/a`, `${zero} ${one} refs/heads/b${caps}`),
  ],
  ['capabilities twice', lines(`${zero} ${one} refs/heads/a${caps}`, `${zero} ${one} refs/heads/b${caps}`)],
  ['capabilities on a shallow line', lines(`shallow ${two}${caps}`, createA)],
  ['a plain command before the certificate', Buffer.concat([pktLine(createA + caps), signed([updateB])])],
  [
    'a plain command behind the certificate',
    Buffer.concat([signed([createA]).subarray(0, -4), lines(updateB)]),
  ],
  ['a second certificate', Buffer.concat([signed([createA]).subarray(0, -4), signed([updateB])])],
  [
    'a shallow line behind the certificate',
    Buffer.concat([signed([createA]).subarray(0, -4), lines(`shallow ${two}`)]),
  ],
  ['a certificate without commands', signed([])],
  [
    'a certificate without a signature',
    lines(`push-cert${caps}\n`, ...head, '\n', `${createA}\n`, 'push-cert-end\n'),
  ],
  ['a certificate that a flush ends', lines(`push-cert${caps}\n`, ...head, '\n', `${createA}\n`)],
  ['upper-case digits in a certificate', signed([`${zero} ${'A'.repeat(40)} refs/heads/a`])],
  [
    'a command hidden in a header of the certificate',
    lines(`push-cert${caps}\n`, ...head, `push-option x\n\n${updateB}\n`, '\n', `${createA}\n`, ...signature),
  ],
  [
    'a command of the certificate cut in two',
    lines(`push-cert${caps}\n`, ...head, '\n', createA, 'bc\n', ...signature),
  ],
  ['one ref twice in a certificate', signed([createA, createA])],
  ['an unknown capability beside push-cert', signed([createA], [], `${caps} evil`)],
  ['a tab among the capabilities', lines(`${createA}\0 report-status agent=x\tpush-options`)],
  ['NUL among the capabilities', lines(`${createA}\0 report-status agent=x\0push-options`)],
  ['two object formats', lines(`${createA}\0 object-format=sha1 object-format=sha256`)],
  ['an empty line', Buffer.from('0004')],
  ['an empty line behind a command', Buffer.concat([pktLine(createA + caps), Buffer.from('00040000')])],
  [
    'a delim among the options',
    Buffer.concat([lines(`${createA}${caps} push-options`), Buffer.from('0001')]),
  ],
  ['a line end in a push option', Buffer.concat([lines(`${createA}${caps} push-options`), lines('a\nb')])],
  ['NUL in a push option', Buffer.concat([lines(`${createA}${caps} push-options`), lines('a\0b')])],
  ['a shallow line of two ids', lines(`shallow ${one} ${two}`, createA)],
  ['a shallow id of another length', lines(`shallow ${'1'.repeat(64)}`, createA)],
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
    for (const pieces of [[bytes], singles(bytes)])
      t.throws(() => read(pieces), { code: 'PROTOCOL_COMMANDS' });
  });

const endless: readonly (readonly [what: string, line: (i: number) => string])[] = [
  ['commands', (i) => `${zero} ${one} refs/heads/b${i}${i === 0 ? caps : ''}`],
  [
    'commands with long refs',
    (i) => `${zero} ${one} refs/heads/${'x'.repeat(4_000)}${i}${i === 0 ? caps : ''}`,
  ],
  ['shallow lines', () => `shallow ${one}`],
  ['options', (i) => (i === 0 ? `${createA}${caps} push-options` : 'x'.repeat(60_000))],
  ['headers of a certificate', (i) => [`push-cert${caps}\n`, head[0]][i] ?? `pusher ${'x'.repeat(60_000)}\n`],
  [
    'lines of a signature',
    (i) => [`push-cert${caps}\n`, ...head, '\n', `${createA}\n`, signature[0]][i] ?? 'x\n',
  ],
];
for (const [what, line] of endless)
  void t.test(`endless ${what} end at a bound, and no more than that is held`, async (t) => {
    const reader = new CommandListReader();
    let fed = 0;
    t.throws(
      () => {
        for (let i = 0; i < 1_000_000; i += 1) {
          const bytes =
            what === 'options' && i === 1 ? Buffer.concat([flushPkt, pktLine(line(i))]) : pktLine(line(i));
          fed += bytes.length;
          reader.feed(bytes);
        }
      },
      { code: 'PROTOCOL_COMMANDS' },
    );
    t.ok(fed <= 2 ** 25 + 65_520, `${fed} bytes`);
  });

void t.test('a list written anew is read back equal', async (t) => {
  const random = randomOfRun(t);
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

void t.test('a damaged list is refused, or is read as what it would be written as', async (t) => {
  const random = randomOfRun(t);
  const good = [
    Buffer.concat([lines(`shallow ${two}`, `${createA}${caps} push-options`, updateB), lines('o')]),
    signed([createA, updateB]),
  ];
  for (let round = 0; round < 3_000; round += 1) {
    const bytes = damaged(good[random(2)] ?? flushPkt, random);
    const reader = new CommandListReader();
    try {
      for (const piece of randomCut(bytes, random)) if (!reader.isDone) reader.feed(piece);
      if (reader.isDone && !reader.isProbe)
        t.strictSame(read([writeCommandList(reader.list())]).list, reader.list());
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
    }
  }
  t.pass();
});
