/** One command of a push: a ref, its old and its new object id, as a line (gitprotocol-pack). */
import { pushFault } from './protocol-error.ts';
import { isRefName } from './ref-name.ts';
import type { RefUpdate } from './ref-update.ts';

/** Whether text is an object id: 40 (SHA-1) or 64 (SHA-256) lower-case hex digits. */
export function isObjectId(text: string): boolean {
  return /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}

/** Reads `<old> <new> <ref>`, without a line end. Throws a `ProtocolError` with code `PROTOCOL_COMMANDS`. */
export function readCommand(line: Buffer): RefUpdate {
  const [oldId = '', newId = ''] = line.toString('latin1', 0, 129).split(' ', 2);
  if (!isObjectId(oldId) || !isObjectId(newId) || line[oldId.length + newId.length + 1] !== 32)
    throw pushFault(
      'a line is no command: two object ids of 40 or 64 lower-case hex digits, then a ref, a blank between',
    );
  if (oldId.length !== newId.length) throw pushFault('object ids are of mixed length');
  const refBytes = line.subarray(oldId.length + newId.length + 2);
  if (!isRefName(refBytes)) throw pushFault(`${shownRef(refBytes)} is no name a ref can have`);
  const [fromNothing, toNothing] = [/^0+$/.test(oldId), /^0+$/.test(newId)];
  if (fromNothing && toNothing)
    throw pushFault(`the command for ${shownRef(refBytes)} changes nothing into nothing`);
  const ref = refBytes.toString('utf8');
  return {
    ref,
    ...(Buffer.from(ref).equals(refBytes) ? {} : { refBytes: Buffer.from(refBytes) }),
    oldId,
    newId,
    kind: fromNothing ? 'create' : toNothing ? 'delete' : 'update',
  };
}

/** The line that `readCommand` reads as this update. */
export function writeCommand({ oldId, newId, ref, refBytes }: RefUpdate): Buffer {
  return Buffer.concat([Buffer.from(`${oldId} ${newId} `), refBytes ?? Buffer.from(ref)]);
}

/** A ref as an error's text shows it: quoted, cut. */
export function shownRef(bytes: Buffer): string {
  return JSON.stringify(bytes.toString('utf8', 0, 200));
}
