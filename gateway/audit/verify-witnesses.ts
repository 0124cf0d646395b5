/** Who else has seen a chain: signed checkpoints kept elsewhere, and what other chains' checkpoints say of this one. */
import { readFile } from 'node:fs/promises';
import { type AuditKey, type ChainHead, checkpointMark, proofOf } from './checkpoint.ts';
import { LineError, parseLine, type SealedEntry } from './line.ts';
import type { VerifyFault } from './verify-chain.ts';

/** That entry `seq` of a chain has this hash; `by` names who says so. */
interface Claim extends ChainHead {
  readonly by: string;
  /** The anchor's line, if it is one's. */
  readonly anchor?: { readonly file: string; readonly line: number };
}

/** All that is known of chains beside their own files. */
export class Witnesses {
  readonly keys: readonly AuditKey[];
  readonly #claims = new Map<string, Map<number, Claim[]>>();
  readonly faults: VerifyFault[] = [];
  /** What checkpoints say of other chains is known already. */
  headsAreRead = false;

  constructor(keys: readonly AuditKey[]) {
    this.keys = keys;
  }

  /** Takes the checkpoints of a file kept elsewhere. A line that is none, or not signed by a key given, is a fault. */
  async readAnchors(file: string): Promise<void> {
    let offset = 0;
    for (const [index, text] of (await readFile(file, 'latin1')).split('\n').entries()) {
      const what = text === '' ? undefined : this.#takeAnchor(text, { file, line: index + 1 });
      if (what !== undefined) this.faults.push({ file, line: index + 1, offset, what });
      offset += text.length + 1;
    }
  }

  #takeAnchor(text: string, anchor: { file: string; line: number }): string | undefined {
    const bytes = Buffer.from(text, 'latin1');
    let entry: SealedEntry;
    try {
      entry = parseLine(bytes);
    } catch (error) {
      if (error instanceof LineError) return error.message;
      throw error;
    }
    if (entry.type !== 'audit.checkpoint') return 'is no checkpoint';
    const proof = proofOf(entry, bytes, this.keys);
    if (proof !== 'signed') return whyNotSigned(proof);
    const { chain, seq } = entry;
    this.#claim({ chain, seq, hash: entry.hash, by: `the anchor ${anchor.file}:${anchor.line}`, anchor });
    return undefined;
  }

  /** Takes what a line says of other chains, if it is a checkpoint signed by a key given. */
  takeHeads(bytes: Buffer): void {
    if (!bytes.includes(checkpointMark)) return;
    let entry: SealedEntry;
    try {
      entry = parseLine(bytes);
    } catch {
      return;
    }
    if (entry.type === 'audit.checkpoint' && proofOf(entry, bytes, this.keys) === 'signed')
      this.noteHeads(entry);
  }

  /** Notes what a checkpoint whose signature was found good says of other chains. */
  noteHeads(entry: SealedEntry): void {
    if (this.headsAreRead) return;
    const by = `checkpoint ${entry.seq} of chain ${entry.chain}`;
    for (const head of Array.isArray(entry.heads) ? entry.heads : [])
      if (isHead(head) && head.chain !== entry.chain) this.#claim({ ...head, by });
  }

  #claim(claim: Claim): void {
    // Of an empty chain there is nothing to say.
    if (claim.seq < 1) return;
    const claims = this.#claims.get(claim.chain) ?? new Map<number, Claim[]>();
    this.#claims.set(claim.chain, claims);
    const before = claims.get(claim.seq) ?? [];
    if (!before.some(({ by }) => by === claim.by)) claims.set(claim.seq, [...before, claim]);
  }

  /** What is said of each entry of a chain. */
  of(chain: string): ReadonlyMap<number, readonly { readonly hash: string; readonly by: string }[]> {
    return this.#claims.get(chain) ?? new Map<number, Claim[]>();
  }

  /** Who says the most of what is to be here and is not. */
  beyond(chain: string, lastSeq: number): Claim | undefined {
    const claims = [...(this.#claims.get(chain)?.values() ?? [])].flat().filter(({ seq }) => seq > lastSeq);
    return claims.toSorted((a, b) => b.seq - a.seq)[0];
  }

  /** The last that an anchor attests of a chain. */
  lastOutside(chain: string): Claim | undefined {
    const claims = [...(this.#claims.get(chain)?.values() ?? [])]
      .flat()
      .filter(({ anchor }) => anchor !== undefined);
    return claims.toSorted((a, b) => b.seq - a.seq)[0];
  }

  /** Chains that somebody attests and that are not among those. */
  missing(present: ReadonlySet<string>): readonly Claim[] {
    return [...this.#claims.keys()].flatMap((chain) =>
      present.has(chain) ? [] : (this.beyond(chain, 0) ?? []),
    );
  }
}

/** What is wrong with a checkpoint's signature, in a clause. */
export function whyNotSigned(proof: 'unknown' | 'forged'): string {
  return proof === 'unknown'
    ? 'is signed by a key that was not given'
    : 'has a signature that its key did not make: it was changed, or made without the key';
}

function isHead(head: unknown): head is ChainHead {
  const { chain, seq, hash } = (head ?? {}) as Record<string, unknown>;
  return typeof chain === 'string' && typeof seq === 'number' && typeof hash === 'string';
}
