/** What verifying found, in the words that the command prints and the page shows. */
import { ascii } from './line.ts';
import type { Verification, VerifiedChain } from './verify.ts';

/** Operations without an end that are named; the rest is counted. */
const namedOperations = 5;

/** `attested`: no fault, and an anchor reaches the last checkpoint of every chain; `unattested`: no fault, and nothing shows what was cut off at the end. */
export type VerifiedStanding = 'attested' | 'unattested' | 'fault';

/** How it stands in one word. */
export function standingOf({ chains, faults }: Verification): VerifiedStanding {
  if (faults.length > 0) return 'fault';
  const isAttested = chains.length > 0 && chains.every(({ attestation }) => attestation === 'attested');
  return isAttested ? 'attested' : 'unattested';
}

/** All of it as lines of ASCII. */
export function verificationWords({
  chains,
  faults,
  repeatedEvents,
  chainsElsewhere,
}: Verification): readonly string[] {
  const lines = chains.flatMap(chainReport);
  if (repeatedEvents > 0)
    lines.push(`${repeatedEvents} entries tell an event of the store again, as they may`);
  for (const { chain, seq, by } of chainsElsewhere)
    lines.push(`chain ${ascii(chain)} is not here; ${ascii(by)} attests its entry ${seq}`);
  for (const { file, line, offset, what } of faults) {
    lines.push(`FAULT ${file}:${line} (byte ${offset}) ${ascii(what)}`);
  }
  return lines;
}

function chainReport(chain: VerifiedChain): readonly string[] {
  const { segments, entries, lastSeq, lastAt, hash, openOperations, torn, tornBytes } = chain;
  const lines = [
    `chain ${chain.chain}: ${entries} entries in ${segments} ${segments === 1 ? 'segment' : 'segments'}`,
  ];
  const head = entries === 0 ? 'nothing' : `${lastSeq} of ${timeOf(lastAt)} (${hash.slice(0, 16)}…)`;
  lines.push(`  complete to ${head}, ${attestationOf(chain)}`, `  ${signaturesOf(chain)}`);
  if (openOperations.length > 0) {
    const named = openOperations.slice(0, namedOperations).map(ascii).join(', ');
    const more = openOperations.length > namedOperations ? ' …' : '';
    lines.push(`  ${openOperations.length} operations without an end: ${named}${more}`);
  }
  for (const { file, offset, bytes } of torn) {
    lines.push(
      `  ${bytes} bytes from byte ${offset} of ${file} were never acknowledged, as the next segment says`,
    );
  }
  if (tornBytes > 0)
    lines.push(`  ${tornBytes} bytes of a write that was never acknowledged stand behind it`);
  return lines;
}

function attestationOf({ attestation, attestedTo, attestedBy, lastSigned }: VerifiedChain): string {
  const to = `attested to ${attestedTo} by ${attestedBy}`;
  if (attestation === 'attested') return to;
  if (attestedTo !== undefined)
    return `${to}; unattested behind that, though checkpoint ${lastSigned?.seq} was signed later: give an anchor that is newer`;
  return 'unattested: what was cut off behind it cannot be seen in the files alone';
}

function signaturesOf({ checkpoints, signedCheckpoints, lastSigned, lastSeq }: VerifiedChain): string {
  if (lastSigned !== undefined)
    return `${signedCheckpoints} checkpoints signed, the last one (${lastSigned.seq}, key ${lastSigned.key}) ${lastSeq - lastSigned.seq} entries before the end`;
  if (checkpoints === 0) return 'no checkpoint: nothing shows that it was not written anew as a whole';
  return `${checkpoints} checkpoints, signed by no key given: they prove nothing`;
}

function timeOf(at: number): string {
  const time = new Date(at);
  return Number.isNaN(time.getTime()) ? 'no time' : time.toISOString();
}
