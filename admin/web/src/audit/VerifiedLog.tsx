/** What a verification found: how it stands, in the words of the command, and whose word it is. */
import type { Verified } from '../api/shapes.ts';
import { Moment } from '../clock/Moment.tsx';
import { Notice } from '../shell/Notice.tsx';
import { Escaped } from '../text/Escaped.tsx';
import classes from './VerifiedLog.module.css';
import { standingWords } from './verified-words.ts';

/** @param verified of this node's own files */
export function VerifiedLog({ verified }: { verified: Verified }) {
  const { tone, title, next } = standingWords(verified);
  return (
    <div className={classes.verified}>
      <Notice tone={tone} title={title}>
        {next} Looked at <Moment at={verified.at} withSeconds />.
      </Notice>
      <figure className={classes.command} aria-label="As the command says it">
        <pre className={classes.lines}>
          {verified.lines.map((line) => (
            <span key={line} className={classes.line}>
              <Escaped>{line}</Escaped>
            </span>
          ))}
        </pre>
      </figure>
      <p className={classes.whose}>
        This is the node’s word on itself. The proof is <code>sluice audit verify --key … --anchor …</code>{' '}
        elsewhere, with a key and an anchor that the node cannot write.
      </p>
    </div>
  );
}
