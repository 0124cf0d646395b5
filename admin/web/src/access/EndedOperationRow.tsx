/** One transfer of the viewer's that is over: how it came out, how much it carried, when. */
import type { EndedOperation } from '../api/shapes.ts';
import { verb } from '../approvals/what-is-asked.ts';
import { Moment } from '../clock/Moment.tsx';
import { Tag } from '../shell/Tag.tsx';
import { byteWords } from '../text/byte-words.ts';
import { durationWords } from '../text/duration-words.ts';
import { Escaped } from '../text/Escaped.tsx';
import { Row } from './Row.tsx';

/** Outcomes of which nobody needs a word more. */
const goes = ['completed', 'advertised'];

export function EndedOperationRow({ operation }: { operation: EndedOperation }) {
  const { repository, right, door, startedAt, endedAt, outcome, summary, bytesUp, bytesDown } = operation;
  return (
    <Row
      head={
        <>
          <span>
            {right !== undefined && `${verb(right)} `}
            <strong>
              <Escaped>{repository}</Escaped>
            </strong>
          </span>
          {door !== undefined && <Tag>{door === 'ssh' ? 'SSH' : 'HTTPS'}</Tag>}
          {!goes.includes(outcome) && <Tag tone={outcome === 'cut' ? 'bad' : 'warn'}>{outcome}</Tag>}
        </>
      }
    >
      <Escaped>{summary}</Escaped> · {byteWords(bytesUp + bytesDown)}
      {startedAt !== undefined && ` in ${durationWords(endedAt - startedAt)}`} · ended{' '}
      <Moment at={endedAt} withSeconds />
    </Row>
  );
}
