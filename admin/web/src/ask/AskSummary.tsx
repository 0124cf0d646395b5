/** What would happen if the form were sent now: who answers, and until when it would hold. */
import type { AskableRight, AskableRule } from '../api/shapes.ts';
import { Moment } from '../clock/Moment.tsx';
import { useNow } from '../clock/page-clock.ts';
import { Panel } from '../shell/Panel.tsx';
import { Tag } from '../shell/Tag.tsx';
import { durationWords } from '../text/duration-words.ts';
import { Escaped } from '../text/Escaped.tsx';
import classes from './AskSummary.module.css';

/** @param offered how the rule offers the chosen right; undefined while nothing is chosen that a rule knows */
export function AskSummary({
  repository,
  rule,
  offered,
  refs,
  spanMs,
}: {
  repository: string;
  rule: AskableRule | undefined;
  offered: AskableRight | undefined;
  refs: readonly string[];
  spanMs: number | undefined;
}) {
  const now = useNow();
  if (rule === undefined || offered === undefined) {
    return (
      <Panel>
        <h2 className={classes.title}>What you would get</h2>
        <p className={classes.quiet}>
          Name a repository, and this says who answers and until when access would last.
        </p>
      </Panel>
    );
  }
  const isAtOnce = offered.approval === 'automatic' || offered.approval === 'ask';
  const wanted = refs.length === 0 ? offered.refs : refs;
  return (
    <Panel>
      <h2 className={classes.title}>What you would get</h2>
      <dl className={classes.list}>
        <dt>Access</dt>
        <dd>
          {offered.right === 'push' ? 'push to ' : 'fetch '}
          <strong>
            <Escaped>{repository}</Escaped>
          </strong>{' '}
          {rule.critical && <Tag tone="warn">critical</Tag>}
        </dd>
        {offered.right === 'push' && (
          <>
            <dt>Refs</dt>
            <dd>
              {wanted.map((ref) => (
                <code key={ref} className={classes.ref}>
                  <Escaped>{ref}</Escaped>
                </code>
              ))}
            </dd>
          </>
        )}
        <dt>Answered by</dt>
        <dd>
          {offered.approval === 'automatic' && 'the rule itself, at once'}
          {offered.approval === 'ask' && 'the rule itself, at once; your reason is kept'}
          {!isAtOnce && <Escaped>{`${offered.approval}; never yourself`}</Escaped>}
        </dd>
        <dt>Ends</dt>
        <dd>
          {spanMs === undefined ? (
            'choose how long'
          ) : (
            <>
              <Moment at={now + spanMs} withSeconds={spanMs < 600_000} />
              {isAtOnce ? ' if asked now' : ' if approved now'}
              <span className={classes.quiet}>
                {' '}
                {durationWords(spanMs)}, counted from{' '}
                {isAtOnce ? 'now' : 'the approval, however long that takes'}
              </span>
            </>
          )}
        </dd>
      </dl>
      {rule.critical && (
        <p className={classes.quiet}>Critical: who approves must have signed in within the last 5 minutes.</p>
      )}
    </Panel>
  );
}
