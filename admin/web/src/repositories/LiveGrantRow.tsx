/** One live grant, with the button that ends it where the viewer may. */
import { Button } from '@mantine/core';
import { Row } from '../access/Row.tsx';
import type { Grant } from '../api/shapes.ts';
import { Moment } from '../clock/Moment.tsx';
import { TimeLeft } from '../clock/TimeLeft.tsx';
import { Tag } from '../shell/Tag.tsx';
import { TextLink } from '../shell/TextLink.tsx';
import { Escaped } from '../text/Escaped.tsx';
import { personName } from '../text/person-name.ts';
import { visibleString } from '../text/visible-text.ts';

/** @param isLinked whether it names its repository and leads there; else that is what the list is of */
export function LiveGrantRow({
  grant,
  isLinked = false,
  onEnd,
}: {
  grant: Grant;
  isLinked?: boolean;
  onEnd: () => void;
}) {
  const { id, principal, scope, endsAt, critical, may } = grant;
  const { right, repository } = scope;
  const of = isLinked ? ` of ${visibleString(repository)}` : '';
  return (
    <Row
      head={
        <>
          <strong>{personName(principal)}</strong> <Tag>{right}</Tag>
          {critical && <Tag tone="warn">critical</Tag>}
          {isLinked && (
            <TextLink to="/repositories" search={{ name: repository }}>
              <Escaped>{repository}</Escaped>
            </TextLink>
          )}
        </>
      }
      side={
        may.revoke && (
          <Button
            variant="default"
            size="compact-sm"
            aria-label={`End ${right}${of} by ${personName(principal)}`}
            onClick={onEnd}
          >
            End
          </Button>
        )
      }
    >
      {id} · until <Moment at={endsAt} />, <TimeLeft until={endsAt} /> left
    </Row>
  );
}
