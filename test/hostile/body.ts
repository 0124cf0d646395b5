/** The bytes of a trial's push, and where in them its parts begin. */
import { constants, crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { trailerBytes } from '../../gateway/git/pack-end.ts';
import { delimPkt, flushPkt, pktLine } from '../../gateway/git/pkt-line.ts';
import type { Material, Update } from './material.ts';
import type { ClientStep, PushPlan } from './plan.ts';

/** A body as it goes to a door, in pieces; a cue is given before its piece goes. */
export interface PushBody {
  /** All of it, as a Content-Length says it, whether or not all of it is sent. */
  readonly length: number;
  readonly pieces: readonly { readonly bytes: Buffer; readonly cue: ClientStep | undefined }[];
  readonly coding: 'identity' | 'gzip';
}

/** Writes the push that makes these updates. */
export function bodyOf(plan: PushPlan, updates: readonly Update[], material: Material): PushBody {
  const list = listOf(plan, updates, material);
  const pack = plan.pack === 'none' ? Buffer.alloc(0) : material.packs[plan.pack];
  const trailer = plan.pack === 'none' ? 0 : trailerBytes(material.format);
  const whole = Buffer.concat([list, pack]);
  if (plan.trailer === 'wrong') whole.writeUInt8(whole.readUInt8(whole.length - 1) ^ 1, whole.length - 1);
  const junk = plan.junk?.bytes ?? Buffer.alloc(0);
  const coded = codedAs(plan, Buffer.concat([whole, junk]));
  const identity = coded.length === whole.length + junk.length;
  const inCoded = (at: number): number =>
    identity ? at : Math.min(coded.length, Math.floor((at * coded.length) / (whole.length + junk.length)));

  const end =
    plan.short === undefined
      ? coded.length
      : inCoded(shortAt(plan.short, list.length, whole.length, trailer));
  const cues = new Map<number, ClientStep>();
  const cue = (at: number, step: ClientStep): void => void cues.set(Math.min(inCoded(at), end), step);
  cue(list.length >> 1, 'inside the list');
  cue(list.length + (pack.length >> 1), 'inside the pack');
  cue(whole.length - trailer, 'before the trailer');
  const cuts = new Set([...cues.keys(), ...plan.splits.map((part) => Math.floor(part * end))]);
  if (plan.junk?.when === 'later') cuts.add(inCoded(whole.length));
  const points = [...cuts].filter((at) => at > 0 && at < end).sort((a, b) => a - b);
  const pieces = [0, ...points].map((from, i) => ({
    bytes: coded.subarray(from, points[i] ?? end),
    cue: cues.get(from),
  }));
  return { length: coded.length, pieces, coding: plan.coding === 'identity' ? 'identity' : 'gzip' };
}

function shortAt(
  short: NonNullable<PushPlan['short']>,
  list: number,
  whole: number,
  trailer: number,
): number {
  const regions = {
    list: [0, list],
    header: [list, Math.min(list + 12, whole)],
    pack: [list, whole - trailer],
    trailer: [whole - trailer, whole],
  } as const;
  const [from, to] = regions[short.in];
  return from + Math.floor(short.part * (to - from));
}

function listOf(plan: PushPlan, updates: readonly Update[], { format, baseId }: Material): Buffer {
  const capabilities = [
    ...(plan.report ? ['report-status'] : []),
    ...(plan.sideBand ? ['side-band-64k'] : []),
    ...(plan.atomic ? ['atomic'] : []),
    ...(plan.options.length > 0 ? ['push-options'] : []),
    'delete-refs',
    `object-format=${format}`,
  ].join(' ');
  const lines = updates.map(({ oldId, newId, ref }) => `${oldId} ${newId} ${ref}`);
  const [first = '', ...others] = lines;
  const options = plan.options.map((option) => pktLine(option));
  const afterList = [flushPkt, ...(options.length > 0 ? [...options, flushPkt] : [])];
  const chosen = `\0${capabilities}`;
  const signed = [
    pktLine(`push-cert${chosen}`),
    ...['certificate version 0.1', 'pusher Dana <dana@example.com> 1700000000 +0000', 'nonce 1-abc'].map(
      (line) => pktLine(`${line}\n`),
    ),
    ...plan.options.map((option) => pktLine(`push-option ${option}\n`)),
    pktLine('\n'),
    ...lines.map((line) => pktLine(`${line}\n`)),
    ...['-----BEGIN SSH SIGNATURE-----', 'bm90IG9uZQ==', '-----END SSH SIGNATURE-----', 'push-cert-end'].map(
      (line) => pktLine(`${line}\n`),
    ),
  ];
  const plain = [pktLine(`${first}${chosen}`), ...others.map((line) => pktLine(line))];
  const beside = pktLine(`${'0'.repeat(baseId.length)} ${baseId} ${updates[0]?.ref}-beside`);
  const forms: Readonly<Record<PushPlan['list'], readonly Buffer[]>> = {
    plain,
    certificate: signed,
    'certificate-and-command': [...signed, beside],
    'late-capabilities': [
      pktLine(first),
      ...others.map((line) => pktLine(line)),
      pktLine(`${'0'.repeat(baseId.length)} ${baseId} ${updates[0]?.ref}-beside${chosen}`),
    ],
    delim: [...plain, delimPkt],
    'response-end': [...plain, Buffer.from('0002')],
    duplicate: [...plain, pktLine(first)],
  };
  return Buffer.concat([...forms[plan.list], ...afterList]);
}

/** Ten bytes of a gzip header that says nothing (RFC 1952). */
const gzipHeader = Buffer.from('1f8b0800000000000003', 'hex');
/** A stored block of no bytes, and the last one (RFC 1951). */
const emptyBlock = Buffer.from('000000ffff', 'hex');
const lastBlock = Buffer.from('010000ffff', 'hex');

function codedAs({ coding, splits }: PushPlan, bytes: Buffer): Buffer {
  switch (coding) {
    case 'identity':
      return bytes;
    case 'gzip':
      return gzipSync(bytes, { level: 1 });
    case 'gzip-short':
      return gzipSync(bytes, { level: 1 }).subarray(0, -1 - Math.floor((splits[0] ?? 0) * 12));
    case 'gzip-empty-blocks': {
      const begun = deflateRawSync(bytes, { level: 1, finishFlush: constants.Z_SYNC_FLUSH });
      const ends = Buffer.alloc(8);
      ends.writeUInt32LE(crc32(bytes), 0);
      ends.writeUInt32LE(bytes.length, 4);
      return Buffer.concat([
        gzipHeader,
        begun,
        ...Array<Buffer>(splits.length + 1).fill(emptyBlock),
        lastBlock,
        ends,
      ]);
    }
  }
}
