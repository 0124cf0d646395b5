/** Refusals before any pack: `ERR` pkts, which git, JGit, libgit2 and dulwich show as the remote's own words. */
import { flushPkt, pktLine } from './pkt-line.ts';
import type { Service } from './service.ts';
import { visibleText } from './visible-text.ts';

/** Characters of a line, and lines: more fits no screen. */
const longestLine = 500;
const mostLines = 40;
/** git cuts what it dies with at 4,096 bytes, its own words included. */
const longestTextBytes = 4_000;

/** `ERR <text>` in one pkt: git prints `fatal: remote error: <text>`, further lines bare. Lines that do not fit are left out. */
export function errorPkt(lines: readonly string[]): Buffer {
  let text = 'ERR ';
  for (const [at, line] of shownLines(lines).entries()) {
    const longer = `${text}${at === 0 ? '' : '\n'}${line}`;
    if (Buffer.byteLength(longer) > longestTextBytes) break;
    text = longer;
  }
  return pktLine(text);
}

/** The answer to `GET info/refs` that says no (gitprotocol-http; the service line first, as every advertisement has it). */
export function errorAdvertisement(service: Service, lines: readonly string[]): Buffer {
  return Buffer.concat([pktLine(`# service=${service}\n`), flushPkt, errorPkt(lines)]);
}

/** What Git LFS shows of an error (git-lfs API, response errors). */
export function lfsRefusal(lines: readonly string[], documentationUrl: string): string {
  return JSON.stringify({ message: shownLines(lines).join('; '), documentation_url: documentationUrl });
}

function shownLines(lines: readonly string[]): readonly string[] {
  return lines.slice(0, mostLines).map((line) => visibleText(line, longestLine));
}
