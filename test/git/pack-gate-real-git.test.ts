import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import t from 'tap';
import { writeCommandList } from '../../gateway/git/command-list.ts';
import { CommandListReader } from '../../gateway/git/command-list-reader.ts';
import { type GateKind, PackGate } from '../../gateway/git/pack-gate.ts';
import { gitClient, isolatedGitEnvironment } from '../servers/git.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';
import { randomCut, randomOfRun } from './feeding.ts';
import { aWorkshop, type PackedPush, pushedRef, stateOf, type Workshop } from './pack-makers.ts';
import { parted, readPack, withTrailer } from './packs.ts';
import { recordingHost } from './recording-host.ts';

t.setTimeout(240_000);

const trailerOf = { sha1: 20, sha256: 32 } as const;

/** What goes up of these pieces, and the gate they went through. */
function fed(workshop: Workshop, kind: GateKind, pieces: readonly Buffer[]) {
  const gate = new PackGate(workshop.format, kind, randomBytes(24));
  return { sent: Buffer.concat(pieces.flatMap((piece) => gate.feed(piece))), gate };
}

/** The pack as it is once it has passed. */
function passed(workshop: Workshop, kind: GateKind, pieces: readonly Buffer[]): Buffer {
  const { sent, gate } = fed(workshop, kind, pieces);
  return Buffer.concat([sent, gate.trailer()]);
}

function git(args: readonly string[], input: Buffer = Buffer.alloc(0)) {
  const { status, stdout, stderr } = spawnSync('git', args, {
    input,
    env: isolatedGitEnvironment('/nonexistent'),
  });
  return { status, said: stdout.toString('latin1') + stderr.toString('latin1') };
}

/** What the real receive-pack says of these bytes. */
function receive(host: string, request: Buffer): string {
  return git(['receive-pack', '--stateless-rpc', host], request).said;
}

/** Packs of every form that git sends, with fewer objects than receive.unpackLimit (100) and with more. */
function packsOf(workshop: Workshop): readonly (readonly [string, PackedPush, readonly string[]])[] {
  return [
    ['empty', workshop.push('base', []), []],
    [
      'few, thin, offsets',
      workshop.push('few', ['--thin', '--delta-base-offset']),
      ['ref-delta', 'ofs-delta'],
    ],
    ['few, thin, ids', workshop.push('few', ['--thin']), ['ref-delta']],
    ['few, whole', workshop.push('few', ['--delta-base-offset']), ['ofs-delta']],
    [
      'many, thin, offsets',
      workshop.push('many', ['--thin', '--delta-base-offset']),
      ['ref-delta', 'ofs-delta'],
    ],
    ['many, thin, ids', workshop.push('many', ['--thin']), ['ref-delta']],
  ];
}

/**
 * Bytes of junk behind a pack that do not keep git from applying it. index-pack, which takes the larger ones, writes what
 * it read of them to a pipe that receive-pack has closed or not: there it may end by that.
 */
function junkThatPasses(name: string): readonly number[] {
  return name.startsWith('many') ? [0] : [0, 100];
}

/**
 * What a host may have got of a sealed push that did not pass, by how it came to that.
 *
 * @param short up to how many bytes of the trailer are left out
 */
function cutOff(workshop: Workshop, pack: Buffer, short: number): readonly (readonly [string, Buffer])[] {
  const [, trailer] = parted(workshop.format, pack);
  const { length } = trailer;
  const seal = (...pieces: readonly Buffer[]) => fed(workshop, 'seal', pieces);
  const { sent, gate } = seal(pack);
  const junk = Buffer.alloc(3 * length, 'junk');
  const closed = withTrailer(workshop.format, Buffer.concat([pack, junk])).subarray(pack.length);
  const again = passed(workshop, 'seal', [pack, closed]);
  return [
    ['without a trailer', sent],
    ["with the client's trailer", Buffer.concat([sent, trailer])],
    ['with the trailer of another seal', Buffer.concat([sent, seal(pack).gate.trailer()])],
    ['with junk behind the trailer', seal(Buffer.concat([pack, junk])).sent],
    ['with junk after the trailer was seen', seal(pack, junk).sent],
    ["with exactly the client's trailer as more of the pack", seal(pack, junk.subarray(0, length)).sent],
    ['with junk and a trailer over all of it', again],
    ...Array.from(
      { length: short },
      (_, at) =>
        [`${at + 1} bytes short`, Buffer.concat([sent, gate.trailer().subarray(0, -1 - at)])] as const,
    ),
  ];
}

for (const format of ['sha1', 'sha256'] as const) {
  void t.test(`${format}: git takes every form of pack sealed, once its trailer is there`, async (t) => {
    const random = randomOfRun(t);
    const workshop = await aWorkshop(t, format);
    for (const [name, push, deltas] of packsOf(workshop)) {
      const objects = readPack(format, push.pack).map(({ type }) => type);
      for (const delta of deltas) t.ok(objects.includes(delta as 'ofs-delta'), `${name} has a ${delta}`);
      t.equal(objects.length >= 100, name.startsWith('many'), `${name}: ${objects.length} objects`);

      const pack = passed(workshop, 'seal', randomCut(push.pack, random));
      for (const program of [
        ['index-pack', '--stdin', '--fix-thin', '--strict'],
        ['unpack-objects', '-q', '--strict'],
      ]) {
        const host = workshop.host();
        const { status, said } = git(['-C', host, ...program], pack);
        t.equal(status, 0, `${name}, ${program[0]}: ${said}`);
        t.equal(git(['-C', host, 'cat-file', '-e', push.newId]).status, 0, `${name}: its objects are there`);
      }
      const host = workshop.host();
      t.match(receive(host, workshop.request(push, pack)), `unpack ok\n`, name);
      t.equal(git(['-C', host, 'rev-parse', pushedRef]).said.trim(), push.newId);
      t.equal(git(['-C', host, 'fsck', '--strict', '--no-dangling', '--no-progress']).said, '');
    }
  });

  void t.test(`${format}: of a sealed push that did not pass, git applies nothing`, async (t) => {
    const workshop = await aWorkshop(t, format);
    for (const [tip, short] of [
      ['base', 1],
      ['few', trailerOf[format]],
      ['many', 1],
    ] as const) {
      const push = workshop.push(tip, ['--thin', '--delta-base-offset']);
      const host = workshop.host();
      const before = stateOf(host);
      for (const [how, bytes] of cutOff(workshop, push.pack, short)) {
        const said = receive(host, workshop.request(push, bytes));
        if (/unpack ok|^ok/m.test(said)) t.fail(`${tip} ${how}: ${said}`);
      }
      t.strictSame(stateOf(host), before, tip);
    }
  });

  void t.test(`${format}: of a sealed push that breaks off anywhere, git applies nothing`, async (t) => {
    const random = randomOfRun(t);
    const workshop = await aWorkshop(t, format);
    for (const tip of ['few', 'many'] as const) {
      const push = workshop.push(tip, ['--thin', '--delta-base-offset']);
      const host = workshop.host();
      const before = stateOf(host);
      const { sent } = fed(workshop, 'seal', [push.pack]);
      for (let round = 0; round < 8; round += 1)
        receive(host, workshop.request(push, sent.subarray(0, random(sent.length + 1))));
      t.strictSame(stateOf(host), before, tip);
    }
  });

  void t.test(`${format}: a gate that holds nothing back would be caught by this`, async (t) => {
    const workshop = await aWorkshop(t, format);
    for (const [name, push] of packsOf(workshop))
      for (const junk of junkThatPasses(name)) {
        const host = workshop.host();
        const before = stateOf(host);
        receive(host, workshop.request(push, Buffer.concat([push.pack, Buffer.alloc(junk)])));
        t.notSame(stateOf(host), before, `${name} and ${junk} bytes`);
      }
  });

  void t.test(
    `${format}: a push that is only held back is applied with junk of a trailer's length`,
    async (t) => {
      const workshop = await aWorkshop(t, format);
      const push = workshop.push('few', ['--thin', '--delta-base-offset']);
      for (const [junk, isApplied] of [
        [0, false],
        [trailerOf[format] - 1, false],
        [trailerOf[format], true],
        [100, true],
      ] as const) {
        const host = workshop.host();
        const before = stateOf(host);
        const { sent, gate } = fed(workshop, 'hold', [Buffer.concat([push.pack, Buffer.alloc(junk)])]);
        receive(host, workshop.request(push, sent));
        t.equal(gate.isWhole, junk === 0);
        if (isApplied) t.notSame(stateOf(host), before, `${junk} bytes`);
        else t.strictSame(stateOf(host), before, `${junk} bytes`);
      }
    },
  );

  void t.test(`${format}: what a real git push sends arrives sealed`, async (t) => {
    const workshop = await aWorkshop(t, format);
    const hosts = await temporaryDirectory(t);
    const bare = workshop.host(`${hosts}/app.git`);
    let sealed = 0;
    const host = await recordingHost(t, hosts, {
      pushRequest(bytes) {
        const reader = new CommandListReader();
        const pack = reader.feed(bytes);
        if (pack === undefined || reader.isProbe) return bytes;
        sealed += 1;
        return Buffer.concat([writeCommandList(reader.list()), passed(workshop, 'seal', [pack])]);
      },
    });
    const client = await gitClient(t);
    for (const tip of ['base', 'few', 'many', 'large'])
      await client.must([
        '-C',
        workshop.directory,
        'push',
        '-q',
        `${host.url}/app.git`,
        `${tip}:refs/heads/new-${tip}`,
      ]);
    t.equal(sealed, 4);
    for (const tip of ['base', 'few', 'many', 'large'])
      t.equal(
        git(['-C', bare, 'rev-parse', `new-${tip}`]).said,
        await client.must(['-C', workshop.directory, 'rev-parse', tip]),
      );
    t.equal(git(['-C', bare, 'fsck', '--strict', '--no-dangling', '--no-progress']).said, '');
  });
}
