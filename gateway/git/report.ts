/** The answer to a push: the gateway's own when it refuses, and the host's, read for the record. */
import { band, progressLines } from './cut.ts';
import { flushPkt, longestPayload, pktLine } from './pkt-line.ts';
import { visibleText } from './visible-text.ts';

/** How the client wants to be answered, and about which refs. */
export interface PushDialect {
  /** `side-band-64k`, the older `side-band` of 1,000 bytes a pkt, or none. */
  readonly sideBand: 'side-band-64k' | 'side-band' | 'none';
  /** `report-status` or `report-status-v2` was asked for. */
  readonly reportStatus: boolean;
  /** Ref names as they came. */
  readonly refs: readonly (string | Buffer)[];
}

/** The text of a refusal for the moment it is made; empty where the client has no band for it. */
export function pushRefusalText(dialect: PushDialect, lines: readonly string[]): Buffer {
  return dialect.sideBand === 'none' ? Buffer.alloc(0) : progressLines(lines);
}

/**
 * The report that refuses every ref: `unpack ok`, since `unpack <why>` makes JGit hide the reason, then `ng <ref> <why>`.
 * Without report-status only the closing flush.
 */
export function pushRefusalReport(dialect: PushDialect, why: string): Buffer {
  const { sideBand, reportStatus, refs } = dialect;
  if (!reportStatus) return sideBand === 'none' ? Buffer.alloc(0) : flushPkt;
  const phrase = Buffer.from(` ${visibleText(why, 200)}\n`);
  const lines = [
    pktLine('unpack ok\n'),
    ...refs.map((ref) => pktLine(Buffer.concat([Buffer.from('ng '), Buffer.from(ref), phrase]))),
    flushPkt,
  ];
  const report = Buffer.concat(lines);
  if (sideBand === 'none') return report;
  const room = sideBand === 'side-band' ? 995 : longestPayload - 1;
  const pieces: Buffer[] = [];
  for (let at = 0; at < report.length; at += room)
    pieces.push(pktLine(Buffer.concat([Buffer.from([band.data]), report.subarray(at, at + room)])));
  return Buffer.concat([...pieces, flushPkt]);
}
