/** Refusals before any pack: `ERR` pkts, which git, JGit, libgit2 and dulwich show as the remote's own words. */
import { flushPkt, pktLine } from './pkt-line.ts';
import type { Service } from './service.ts';
import { visibleText } from './visible-text.ts';

/** git shows one `ERR` pkt whole; this keeps it far below a pkt's size and on a screen. */
const longestLine = 500;
const mostLines = 40;

/** `ERR <text>` in one pkt: git prints `fatal: remote error: <text>`, further lines bare. */
export function errorPkt(lines: readonly string[]): Buffer {
  const shown = lines.slice(0, mostLines).map((line) => visibleText(line, longestLine));
  return pktLine(`ERR ${shown.join('\n')}`);
}

/** The answer to `GET info/refs` that says no (gitprotocol-http; the service line first, as every advertisement has it). */
export function errorAdvertisement(service: Service, lines: readonly string[]): Buffer {
  return Buffer.concat([pktLine(`# service=${service}\n`), flushPkt, errorPkt(lines)]);
}

/** What Git LFS shows of an error (git-lfs API, response errors). */
export function lfsRefusal(lines: readonly string[], documentationUrl: string): string {
  const message = lines.map((line) => visibleText(line, longestLine)).join('; ');
  return JSON.stringify({ message, documentation_url: documentationUrl });
}
