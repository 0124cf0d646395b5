/** One running transfer, with the button that ends it. */
import { Button } from '@mantine/core';
import { Row } from '../access/Row.tsx';
import type { Operation } from '../api/shapes.ts';
import { verb } from '../approvals/what-is-asked.ts';
import { Age } from '../clock/Age.tsx';
import { TimeLeft } from '../clock/TimeLeft.tsx';
import { Tag } from '../shell/Tag.tsx';
import { byteWords } from '../text/byte-words.ts';
import { Escaped } from '../text/Escaped.tsx';
import { personName } from '../text/person-name.ts';
import { visibleString } from '../text/visible-text.ts';

/**
 * @param rate bytes a second, undefined until two readings tell it
 * @param onCut undefined where the viewer may not
 * @param endsAt when the first of its grants ends, where the viewer may see that; epoch ms
 */
export function OperationRow({
  operation,
  rate,
  endsAt,
  onCut,
}: {
  operation: Operation;
  rate: number | undefined;
  endsAt: number | undefined;
  onCut: (() => void) | undefined;
}) {
  const { principal, repository, right, door, node, startedAt, state, passed } = operation;
  const bytes = operation.bytesUp + operation.bytesDown;
  return (
    <Row
      head={
        <>
          <span>
            {personName(principal)}: {verb(right)}{' '}
            <strong>
              <Escaped>{repository}</Escaped>
            </strong>
          </span>
          <Tag>{door === 'ssh' ? 'SSH' : 'HTTPS'}</Tag>
          {passed !== undefined && <Tag tone="warn">passed the gate</Tag>}
          {state !== 'moving' && <Tag>standing still</Tag>}
        </>
      }
      side={
        onCut !== undefined && (
          <Button
            variant="light"
            color="red"
            size="xs"
            aria-label={`Cut ${right} of ${visibleString(repository)} by ${personName(principal)}`}
            onClick={onCut}
          >
            Cut
          </Button>
        )
      }
    >
      {byteWords(bytes)}
      {rate !== undefined && `, ${byteWords(Math.round(rate))}/s`} · began <Age at={startedAt} />
      {endsAt !== undefined && (
        <>
          {' '}
          · <TimeLeft until={endsAt} /> left
        </>
      )}{' '}
      · node{' '}
      <span style={{ whiteSpace: 'nowrap' }}>
        <Escaped>{node}</Escaped>
      </span>
    </Row>
  );
}
