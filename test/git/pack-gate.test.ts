import { randomBytes } from 'node:crypto';
import t from 'tap';
import { PackEnd } from '../../gateway/git/pack-end.ts';
import { type GateKind, PackGate } from '../../gateway/git/pack-gate.ts';
import { ProtocolError } from '../../gateway/git/protocol-error.ts';
import { cuts, randomCut, randomOfRun, singles } from './feeding.ts';
import { packOf, parted, readPack } from './packs.ts';

const formats = ['sha1', 'sha256'] as const;
const kinds: readonly GateKind[] = ['seal', 'hold'];
const seal = Buffer.from('twenty-four random bytes');
const trailerOf = { sha1: 20, sha256: 32 } as const;
const someBlobs = [
  Buffer.from('one'),
  Buffer.alloc(300, 'two'),
  Buffer.alloc(0),
  Buffer.from('PACK\0\0\0\x02'),
];

/** All that goes up of these pieces, without a trailer. */
function fed(gate: PackGate, pieces: readonly Buffer[]): Buffer {
  return Buffer.concat(pieces.flatMap((piece) => gate.feed(piece)));
}

function faultOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof ProtocolError && error.code === 'PROTOCOL_PACK') return error.message;
    throw error;
  }
  return 'no fault';
}

for (const format of formats) {
  const pack = packOf(format, someBlobs);
  const [body, trailer] = parted(format, pack);
  const length = trailerOf[format];

  void t.test(`${format}: a sealed pack is the client's with the seal as a blob in front`, async (t) => {
    for (const blobs of [[], someBlobs, Array.from({ length: 255 }, (_, i) => Buffer.from(`${i}`))]) {
      const gate = new PackGate(format, 'seal', seal);
      const sent = fed(gate, [packOf(format, blobs)]);
      t.ok(gate.isWhole);
      const objects = readPack(format, Buffer.concat([sent, gate.trailer()]));
      t.strictSame(
        objects,
        [seal, ...blobs].map((content) => ({ type: 'blob', content })),
      );
    }
  });

  void t.test(`${format}: a pack that is only held back goes up as it came`, async (t) => {
    const gate = new PackGate(format, 'hold', seal);
    const sent = fed(gate, [pack]);
    t.ok(gate.isWhole);
    t.strictSame(sent, body);
    t.strictSame(gate.trailer(), trailer);
  });

  void t.test(`${format}: a pack of version 3 keeps its version`, async (t) => {
    const gate = new PackGate(format, 'seal', seal);
    const sent = fed(gate, [packOf(format, someBlobs, { version: 3 })]);
    t.ok(gate.isWhole);
    t.equal(sent.readUInt32BE(4), 3);
  });

  for (const kind of kinds) {
    const plain = new PackGate(format, kind, seal);
    const expected = fed(plain, [pack]);

    void t.test(`${format}, ${kind}: the same goes up however the pack is cut`, async (t) => {
      for (const pieces of cuts(pack)) {
        const gate = new PackGate(format, kind, seal);
        if (!fed(gate, pieces).equals(expected))
          t.fail(`cut into ${pieces.map((piece) => piece.length).join(' + ')}`);
        if (!gate.isWhole || !gate.trailer().equals(plain.trailer()))
          t.fail(`not whole in ${pieces.length} pieces`);
      }
      t.pass();
    });

    void t.test(`${format}, ${kind}: it is whole at the last byte and at none before it`, async (t) => {
      const gate = new PackGate(format, kind, seal);
      const wholeAt = singles(pack).flatMap((piece, at) => {
        gate.feed(piece);
        return gate.isWhole ? [at + 1] : [];
      });
      t.strictSame(wholeAt, [pack.length]);
    });

    void t.test(`${format}, ${kind}: the last ${length} bytes never go up`, async (t) => {
      const gate = new PackGate(format, kind, seal);
      const added = kind === 'seal' ? expected.length - body.length : 0;
      for (const [at, piece] of singles(pack).entries()) {
        gate.feed(piece);
        if (gate.bytesCame !== at + 1) t.fail(`${gate.bytesCame} of ${at + 1} came`);
        const canGo = at + 1 - length;
        if (gate.bytesWent !== (canGo < 12 ? 0 : canGo + added))
          t.fail(`${gate.bytesWent} of ${at + 1} went`);
      }
      t.pass();
    });

    void t.test(`${format}, ${kind}: with junk behind its trailer a pack is not whole`, async (t) => {
      for (let junk = 1; junk <= 2 * length; junk += 1) {
        const gate = new PackGate(format, kind, seal);
        fed(gate, [Buffer.concat([pack, Buffer.alloc(junk)])]);
        t.notOk(gate.isWhole, `${junk} bytes`);
        t.throws(() => gate.trailer(), { message: 'a pack that is not whole has no trailer' });
      }
    });

    void t.test(
      `${format}, ${kind}: what is fed to a whole pack is more of it, its trailer too`,
      async (t) => {
        const gate = new PackGate(format, kind, seal);
        const sent = fed(gate, [pack]);
        t.ok(gate.isWhole);
        const more = fed(gate, [Buffer.from('x')]);
        t.notOk(gate.isWhole);
        t.strictSame(Buffer.concat([sent, more]), Buffer.concat([expected, trailer.subarray(0, 1)]));
      },
    );

    void t.test(`${format}, ${kind}: a chunk's memory may be used again`, async (t) => {
      const gate = new PackGate(format, kind, seal);
      const chunk = Buffer.alloc(64);
      const sent: Buffer[] = [];
      for (let at = 0; at < pack.length; at += chunk.length) {
        const size = pack.copy(chunk, 0, at, at + chunk.length);
        for (const piece of gate.feed(chunk.subarray(0, size))) sent.push(Buffer.from(piece));
        chunk.fill(0);
      }
      t.strictSame(Buffer.concat(sent), expected);
      t.ok(gate.isWhole);
    });

    void t.test(`${format}, ${kind}: packs cut at random come out whole, damaged ones never`, async (t) => {
      const random = randomOfRun(t);
      for (let round = 0; round < 200; round += 1) {
        const blobs = Array.from({ length: random(20) }, () => Buffer.from(randomBytes(random(60))));
        const good = packOf(format, blobs);
        const gate = new PackGate(format, kind, seal);
        const sent = fed(gate, randomCut(good, random));
        if (!gate.isWhole) return t.fail(`round ${round}: not whole`);
        const objects = readPack(format, Buffer.concat([sent, gate.trailer()]));
        if (objects.length !== blobs.length + (kind === 'seal' ? 1 : 0))
          t.fail(`round ${round}: ${objects.length}`);

        const bad = Buffer.from(good);
        const at = 8 + random(bad.length - 8);
        bad[at] = (bad[at] ?? 0) ^ (1 << random(8));
        const closed = new PackGate(format, kind, seal);
        fed(closed, randomCut(bad, random));
        if (closed.isWhole) t.fail(`round ${round}: whole with byte ${at} changed`);
      }
      t.pass();
    });
  }

  void t.test(`${format}: two seals give two packs of different trailers`, async (t) => {
    const [one, two] = [seal, Buffer.from('twenty-four other bytes.')].map((bytes) => {
      const gate = new PackGate(format, 'seal', bytes);
      gate.feed(pack);
      return gate.trailer();
    });
    t.notSame(one, two);
    t.notSame(one, trailer);
  });

  void t.test(`${format}: nothing is whole before a header and a trailer came`, async (t) => {
    const end = new PackEnd(format);
    t.notOk(end.isWhole);
    for (const piece of singles(packOf(format, []).subarray(0, -1))) {
      end.feed(piece);
      t.notOk(end.isWhole);
    }
  });
}

void t.test('what is no pack is refused as soon as its header came', async (t) => {
  for (const [start, version, says] of [
    ['PACK', 1, '5041434b00000001'],
    ['PACK', 4, '5041434b00000004'],
    ['PACK', 0x02000000, '5041434b02000000'],
    ['KCAP', 2, '4b43415000000002'],
    ['pack', 2, '7061636b00000002'],
    ['0000', 2, '3030303000000002'],
  ] as const) {
    const bytes = packOf('sha1', [], { start, version }).subarray(0, 12);
    for (const kind of kinds)
      for (const pieces of [[bytes], singles(bytes)]) {
        const gate = new PackGate('sha1', kind, seal);
        t.equal(
          faultOf(() => fed(gate, pieces)),
          `this push cannot be taken: its pack begins with ${says}, which is not PACK and version 2 or 3`,
        );
        t.match(
          faultOf(() => fed(gate, [packOf('sha1', someBlobs)])),
          'its pack begins with',
          'and stays refused',
        );
        t.equal(gate.bytesWent, 0);
      }
  }
});

void t.test('a pack that counts the most objects there can be has no room for a seal', async (t) => {
  for (const [kind, count, fault] of [
    ['seal', 0xffffffff, 'this push cannot be taken: its pack counts more than 4294967294 objects'],
    ['seal', 0xfffffffe, 'no fault'],
    ['hold', 0xffffffff, 'no fault'],
  ] as const) {
    const gate = new PackGate('sha1', kind, seal);
    t.equal(
      faultOf(() => gate.feed(packOf('sha1', someBlobs, { count }))),
      fault,
    );
    if (fault !== 'no fault')
      t.match(
        faultOf(() => gate.feed(Buffer.from('x'))),
        fault,
        'and stays refused',
      );
  }
});

void t.test('a seal of another length is not taken', async (t) => {
  t.throws(() => new PackGate('sha1', 'seal', Buffer.alloc(23)), {
    message: 'a seal of 23 bytes, not of 24',
  });
});
