/** Packs made by hand, and an independent reading of what is in one (gitformat-pack). */
import { createHash } from 'node:crypto';
import { deflateSync, type Inflate, inflateSync } from 'node:zlib';
import { type ObjectFormat, trailerBytes } from '../../gateway/git/pack-end.ts';

/** A pack of these blobs, each under 2048 bytes. */
export function packOf(
  format: ObjectFormat,
  blobs: readonly Buffer[],
  { version = 2, count = blobs.length, start = 'PACK' } = {},
): Buffer {
  const header = Buffer.concat([Buffer.from(start, 'latin1'), Buffer.alloc(8)]);
  header.writeUInt32BE(version, 4);
  header.writeUInt32BE(count, 8);
  const objects = blobs.flatMap((blob) => [
    Buffer.from(
      [0xb0 | (blob.length & 15), blob.length >> 4].map((byte, at) => (at === 0 ? byte | 0x80 : byte)),
    ),
    deflateSync(blob),
  ]);
  return withTrailer(format, Buffer.concat([header, ...objects]));
}

/** The bytes and their hash behind them. */
export function withTrailer(format: ObjectFormat, bytes: Buffer): Buffer {
  return Buffer.concat([bytes, createHash(format).update(bytes).digest()]);
}

/** What a pack is split into: everything before its trailer, and the trailer. */
export function parted(format: ObjectFormat, pack: Buffer): readonly [body: Buffer, trailer: Buffer] {
  const end = pack.length - trailerBytes(format);
  return [pack.subarray(0, end), pack.subarray(end)];
}

/** One object as it stands in a pack. */
export interface PackedObject {
  readonly type: 'commit' | 'tree' | 'blob' | 'tag' | 'ofs-delta' | 'ref-delta';
  /** Inflated; of a delta, the delta. */
  readonly content: Buffer;
}

const types = { 1: 'commit', 2: 'tree', 3: 'blob', 4: 'tag', 6: 'ofs-delta', 7: 'ref-delta' } as const;

/** Reads a whole pack. @throws where its count, an object's size or its trailer does not fit */
export function readPack(format: ObjectFormat, pack: Buffer): readonly PackedObject[] {
  const [body, trailer] = parted(format, pack);
  if (!createHash(format).update(body).digest().equals(trailer)) throw new Error('the trailer does not fit');
  const objects: PackedObject[] = [];
  let at = 12;
  for (let left = body.readUInt32BE(8); left > 0; left -= 1) {
    let byte = body.readUInt8(at++);
    const type = types[((byte >> 4) & 7) as keyof typeof types];
    let size = byte & 15;
    for (let scale = 16; byte & 0x80; scale *= 128) {
      byte = body.readUInt8(at++);
      size += (byte & 0x7f) * scale;
    }
    if (type === 'ref-delta') at += trailerBytes(format);
    if (type === 'ofs-delta') while (body.readUInt8(at++) & 0x80);
    const { buffer: content, engine } = inflateSync(body.subarray(at), { info: true }) as unknown as {
      buffer: Buffer;
      engine: Inflate;
    };
    if (content.length !== size) throw new Error(`an object of ${content.length} bytes says ${size}`);
    at += engine.bytesWritten;
    objects.push({ type, content });
  }
  if (at !== body.length) throw new Error(`${body.length - at} bytes stand behind the last object`);
  return objects;
}
