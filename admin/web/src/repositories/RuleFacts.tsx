/** One rule of the policy in words. */
import type { Rule } from '../api/shapes.ts';
import { Panel } from '../shell/Panel.tsx';
import { Tag } from '../shell/Tag.tsx';
import { durationWords } from '../text/duration-words.ts';
import { Escaped } from '../text/Escaped.tsx';
import { kindWords } from '../text/update-kinds.ts';
import classes from './RuleFacts.module.css';
import { answerWords } from './rule-words.ts';

/** @param why why it is this one, as a sentence */
export function RuleFacts({ rule, why }: { rule: Rule; why?: string }) {
  return (
    <Panel>
      <div className={classes.head}>
        <span className={classes.number}>{rule.number}.</span>
        <code className={classes.match}>
          <Escaped>{rule.match}</Escaped>
        </code>
        {rule.critical && <Tag tone="warn">critical</Tag>}
        {rule.mayAsk && <Tag tone="good">you may ask</Tag>}
        {rule.rights.some(({ mayAnswer }) => mayAnswer) && <Tag tone="good">you answer</Tag>}
      </div>
      {why !== undefined && (
        <p className={classes.why}>
          <Escaped>{why}</Escaped>
        </p>
      )}
      <dl className={classes.list}>
        <div>
          <dt>Who may ask</dt>
          <dd>
            <Escaped>{rule.requesters}</Escaped>
          </dd>
        </div>
        {rule.rights.map((of) => (
          <div key={of.right}>
            <dt>{of.right === 'push' ? 'Push' : 'Fetch'}</dt>
            <dd>
              <Escaped>{answerWords(of.approval)}</Escaped> At most {durationWords(of.maxDurationMs)}
              {of.maxTotalMs > of.maxDurationMs && `, ${durationWords(of.maxTotalMs)} with extensions`}.
              {of.minReasonLength > 1 && ` The reason has ${of.minReasonLength} characters or more.`}
              {of.ticketPattern !== undefined && (
                <>
                  {' '}
                  The reason names a ticket: <Escaped>{of.ticketPattern}</Escaped>.
                </>
              )}
              {of.refs.length > 0 && (
                <>
                  {' '}
                  To <Escaped>{of.refs.join(', ')}</Escaped>: {kindWords(of.kinds)}.
                </>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
