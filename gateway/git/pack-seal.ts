/** The seal of a pack: one blob that only the gateway knows, put first, so that nobody else can compute the trailer (gitformat-pack). */
import { deflateSync } from 'node:zlib';
import { packFault } from './protocol-error.ts';

/** Bytes of a pack's header: `PACK`, version, number of objects. */
export const packHeaderBytes = 12;

/** Random bytes of a seal: 192 bits, past guessing. */
export const sealBytes = 24;

/** The most objects a header can count; a pack that is sealed needs room for one more. */
export const mostObjects = 0xffff_ffff;

/**
 * Reads how many objects a pack's header counts.
 *
 * @param header at least the first 12 bytes of the pack
 * @throws a `ProtocolError` of code `PROTOCOL_PACK` for what is no header of version 2 or 3
 */
export function readObjectCount(header: Buffer): number {
  const isPack = header.toString('latin1', 0, 4) === 'PACK';
  const version = header.readUInt32BE(4);
  if (isPack && (version === 2 || version === 3)) return header.readUInt32BE(8);
  throw packFault(
    `its pack begins with ${header.toString('hex', 0, 8)}, which is not PACK and version 2 or 3`,
  );
}

/** The header with one object more than the client's counts: the seal. */
export function headerOfSealed(header: Buffer): Buffer {
  const counted = Buffer.from(header);
  counted.writeUInt32BE(readObjectCount(header) + 1, 8);
  return counted;
}

/**
 * The seal as an object of a pack, a whole blob. It goes right behind the header: that is the only place known while the
 * pack still comes, and as deltas name their base by id or by how far back it is, all of them stand.
 *
 * @param seal 24 random bytes that the client never sees
 */
export function sealObject(seal: Buffer): Buffer {
  if (seal.length !== sealBytes) throw new Error(`a seal of ${seal.length} bytes, not of ${sealBytes}`);
  return Buffer.concat([typeAndSize, deflateSync(seal, { level: 0 })]);
}

/** Type 3 (blob) and size 24, four bits of it, then the rest: 1 011 1000, 0 0000001. */
const typeAndSize = Buffer.from([0xb8, 0x01]);
