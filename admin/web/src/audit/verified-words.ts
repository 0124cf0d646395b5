/** How a verified log stands, in a sentence, and what to do about it. */
import type { Verified } from '../api/shapes.ts';

/** @returns `next` is what to do, or what it means */
export function standingWords({
  standing,
  chains,
  anchor,
}: Pick<Verified, 'standing' | 'anchor'> & {
  readonly chains: readonly Pick<Verified['chains'][number], 'lastSeq' | 'attestedTo'>[];
}): {
  readonly tone: 'good' | 'warn' | 'bad';
  readonly title: string;
  readonly next: string;
} {
  const [chain] = chains;
  const whole = chain === undefined ? 'Nothing to verify' : `Complete to ${chain.lastSeq}`;
  if (standing === 'fault')
    return {
      tone: 'bad',
      title: 'The log is not what was written',
      next: 'The line with FAULT names file, line and byte. Keep the files as they are, and compare them with the archive and the anchors.',
    };
  if (standing === 'attested')
    return {
      tone: 'good',
      title: `${whole}, attested to ${chain?.attestedTo}`,
      next: 'No entry was changed or left out, and a checkpoint kept elsewhere says so.',
    };
  if (chain?.attestedTo !== undefined)
    return {
      tone: 'good',
      title: `${whole}, attested to ${chain.attestedTo}`,
      next: 'A checkpoint was signed since the anchor was read: verify again to have it too.',
    };
  return {
    tone: 'warn',
    title: `${whole}, unattested`,
    next: unattested[anchor],
  };
}

const unattested: Readonly<Record<Verified['anchor'], string>> = {
  read: 'No entry was changed, but no anchor reaches the log: what was cut off at its end cannot be seen.',
  none: 'No entry was changed; what was cut off at the end cannot be seen without an anchor: set audit.witness.',
  unreadable:
    'No entry was changed, but the file that audit.witness names cannot be read here, so nothing shows what was cut off at the end.',
};
