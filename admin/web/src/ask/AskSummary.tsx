/** What would happen if the form were sent now: who answers, and until when it would hold. */
import type { AskableRight, AskableRule } from '../api/shapes.ts';
import { Moment } from '../clock/Moment.tsx';
import { useNow } from '../clock/page-clock.ts';
import { whoWords } from '../repositories/rule-words.ts';
import { Panel } from '../shell/Panel.tsx';
import { Tag } from '../shell/Tag.tsx';
import { durationWords } from '../text/duration-words.ts';
import { Escaped } from '../text/Escaped.tsx';
import { kindWords } from '../text/update-kinds.ts';
import classes from './AskSummary.module.css';
import type { AskedScope } from './asking.ts';
import { WhoWasSeen } from './WhoWasSeen.tsx';

type Known = AskedScope & { readonly rule: AskableRule; readonly offered: AskableRight };

/** @param scopes those that no rule is known for are left out */
export function AskSummary({
  scopes,
  spanMs,
}: {
  scopes: readonly AskedScope[];
  spanMs: number | undefined;
}) {
  const now = useNow();
  const known = scopes.filter(
    (scope): scope is Known => scope.rule !== undefined && scope.offered !== undefined,
  );
  if (known.length === 0) {
    return (
      <Panel>
        <h2 className={classes.title}>What you would get</h2>
        <p className={classes.quiet}>
          Name a repository, and this says who answers and until when access would last.
        </p>
      </Panel>
    );
  }
  const isAtOnce = known.every(({ offered }) => isByItself(offered));
  const isCritical = known.some(({ rule }) => rule.critical);
  return (
    <Panel>
      <h2 className={classes.title}>What you would get</h2>
      <dl className={classes.list}>
        {known.map((scope) => (
          <OneScope key={`${scope.right} ${scope.repository}`} scope={scope} />
        ))}
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
      {known.length > 1 && !isAtOnce && (
        <p className={classes.quiet}>One request: all of it is granted once everybody has agreed.</p>
      )}
      {isCritical && (
        <p className={classes.quiet}>Critical: who approves must have signed in within the last 5 minutes.</p>
      )}
    </Panel>
  );
}

function isByItself({ approval }: AskableRight): boolean {
  return approval === 'automatic' || approval === 'ask';
}

function OneScope({ scope: { repository, refs, kinds, rule, offered } }: { scope: Known }) {
  const wanted = refs.length === 0 ? offered.refs : refs;
  return (
    <>
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
            {kinds.length > 0 && <span className={classes.quiet}>{kindWords(kinds)}</span>}
          </dd>
        </>
      )}
      <dt>Answered by</dt>
      <dd>
        {offered.approval === 'automatic' && 'the rule itself, at once'}
        {offered.approval === 'ask' && 'the rule itself, at once; your reason is kept'}
        {!isByItself(offered) && (
          <>
            <Escaped>{`${whoWords(offered.approval)}; never yourself`}</Escaped>
            <WhoWasSeen repository={repository} right={offered.right} />
          </>
        )}
      </dd>
    </>
  );
}
