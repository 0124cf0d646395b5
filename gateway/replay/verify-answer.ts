/** What a page is told of a verification: the words of `sluice audit verify`, and how each chain stands. */
import { access } from 'node:fs/promises';
import { checkingKeyOf } from '../audit/checkpoint.ts';
import { type VerifiedChain, verify } from '../audit/verify.ts';
import { standingOf, type VerifiedStanding, verificationWords } from '../audit/verify-words.ts';

/** The files to verify, and what is known beside them. */
export interface VerifyWish {
  readonly paths: readonly string[];
  readonly verify: {
    /** Public keys in PEM. */
    readonly keys: readonly string[];
    /** A file of checkpoints kept elsewhere; counts for nothing without a key. */
    readonly anchor?: string | undefined;
  };
}

/** Lines that are told at the most; the rest is counted in one more. */
const linesAtMost = 200;

export interface VerifyAnswer {
  readonly standing: VerifiedStanding;
  readonly lines: readonly string[];
  readonly chains: readonly Pick<
    VerifiedChain,
    'chain' | 'entries' | 'lastSeq' | 'lastAt' | 'attestation' | 'attestedTo' | 'attestedBy'
  >[];
  readonly anchor: 'read' | 'none' | 'unreadable';
}

/** Verifies. Rejects for files that cannot be read; an anchor that cannot be is left out. */
export async function verifyAnswer({ paths, verify: { keys, anchor } }: VerifyWish): Promise<VerifyAnswer> {
  const isThere = anchor !== undefined && keys.length > 0 && (await canBeRead(anchor));
  const found = await verify(paths, {
    keys: keys.map(checkingKeyOf),
    anchors: isThere ? [anchor] : [],
  });
  const lines = verificationWords(found);
  const more = lines.length - linesAtMost;
  return {
    standing: standingOf(found),
    lines: more > 0 ? [...lines.slice(0, linesAtMost), `and ${more} more lines`] : lines,
    chains: found.chains.map(({ chain, entries, lastSeq, lastAt, attestation, ...rest }) => ({
      chain,
      entries,
      lastSeq,
      lastAt,
      attestation,
      ...(rest.attestedTo === undefined ? {} : { attestedTo: rest.attestedTo }),
      ...(rest.attestedBy === undefined ? {} : { attestedBy: rest.attestedBy }),
    })),
    anchor: isThere ? 'read' : anchor === undefined ? 'none' : 'unreadable',
  };
}

async function canBeRead(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
