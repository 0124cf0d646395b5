/** The bytes of a push without objects. */
import { createHash } from 'node:crypto';
import { flushPkt, pktLine } from '../../gateway/git/pkt-line.ts';
import { mainId } from './small-host.ts';

const noId = '0'.repeat(40);

/** Creates a ref where `main` stands, or deletes it. */
export function smallPush(ref: string, kind: 'create' | 'delete'): Buffer {
  const [oldId, newId] = kind === 'create' ? [noId, mainId] : [mainId, noId];
  const list = [pktLine(`${oldId} ${newId} ${ref}\0report-status`), flushPkt];
  return Buffer.concat(kind === 'create' ? [...list, emptyPack()] : list);
}

function emptyPack(): Buffer {
  const head = Buffer.from([...Buffer.from('PACK'), 0, 0, 0, 2, 0, 0, 0, 0]);
  return Buffer.concat([head, createHash('sha1').update(head).digest()]);
}
