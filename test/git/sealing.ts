/** Pushes through the gate, passed and cut off, and the real git that gets them. */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { type GateKind, PackGate } from '../../gateway/git/pack-gate.ts';
import { isolatedGitEnvironment } from '../servers/git.ts';
import type { PackedPush, Workshop } from './pack-makers.ts';
import { parted, withTrailer } from './packs.ts';

/** Bytes of a pack's trailer. */
export const trailerOf = { sha1: 20, sha256: 32 } as const;

/** What goes up of these pieces, and the gate they went through. */
export function fed(workshop: Workshop, kind: GateKind, pieces: readonly Buffer[]) {
  const gate = new PackGate(workshop.format, kind, randomBytes(24));
  return { sent: Buffer.concat(pieces.flatMap((piece) => gate.feed(piece))), gate };
}

/** The pack as it is once it has passed. */
export function passed(workshop: Workshop, kind: GateKind, pieces: readonly Buffer[]): Buffer {
  const { sent, gate } = fed(workshop, kind, pieces);
  return Buffer.concat([sent, gate.trailer()]);
}

/**
 * What a host may have got of a sealed push that did not pass, by how it came to that.
 *
 * @param short up to how many bytes of the trailer are left out
 */
export function cutOff(
  workshop: Workshop,
  pack: Buffer,
  short: number,
): readonly (readonly [string, Buffer])[] {
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

/** Runs the real git to its end. */
export function git(args: readonly string[], input: Buffer = Buffer.alloc(0)) {
  const { status, stdout, stderr } = spawnSync('git', args, {
    input,
    env: isolatedGitEnvironment('/nonexistent'),
  });
  return { status, said: stdout.toString('latin1') + stderr.toString('latin1') };
}

/** What the real receive-pack says of these bytes. */
export function receive(host: string, request: Buffer): string {
  return git(['receive-pack', '--stateless-rpc', host], request).said;
}

/** Packs of every form that git sends, with fewer objects than receive.unpackLimit (100) and with more. */
export function packsOf(workshop: Workshop): readonly (readonly [string, PackedPush, readonly string[]])[] {
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
