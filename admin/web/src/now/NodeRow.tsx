/** One node: what it does, its policy, its audit, its hosts, and when it last said so. */
import { Row } from '../access/Row.tsx';
import type { Node } from '../api/shapes.ts';
import { Age } from '../clock/Age.tsx';
import { Moment } from '../clock/Moment.tsx';
import { Tag } from '../shell/Tag.tsx';
import { Escaped } from '../text/Escaped.tsx';
import { auditWords, hostState, nodeState } from './node-words.ts';

/**
 * @param answers it is the one the page talks to
 * @param hasOtherPolicy its policy is not the one of the node that answers
 */
export function NodeRow({
  node,
  answers,
  hasOtherPolicy,
}: {
  node: Node;
  answers: boolean;
  hasOtherPolicy: boolean;
}) {
  const state = nodeState(node);
  const audit = auditWords(node.audit);
  return (
    <Row
      head={
        <>
          <strong>
            <Escaped>{node.node}</Escaped>
          </strong>
          <Tag tone={state.tone}>{state.words}</Tag>
          {answers && <Tag>you are here</Tag>}
          {hasOtherPolicy && <Tag tone="warn">another policy</Tag>}
        </>
      }
      side={
        <span>
          seen <Age at={node.seenAt} />
        </span>
      }
    >
      <div>
        <Escaped>{node.version}</Escaped>, up since <Moment at={node.startedAt} /> · policy{' '}
        <code title={node.policy}>{node.policy.slice(0, 12)}</code> · {node.transfers} running
      </div>
      <div>
        <Tag tone={audit.tone}>{audit.words}</Tag>
        {node.upstreams.map((host) => {
          const { words, tone } = hostState(host);
          return (
            <span key={host.name}>
              {' '}
              <Tag tone={tone}>
                <Escaped>{host.name}</Escaped>: {words}
                {host.answeredAt !== undefined && (
                  <>
                    , last <Age at={host.answeredAt} />
                  </>
                )}
              </Tag>
            </span>
          );
        })}
      </div>
    </Row>
  );
}
