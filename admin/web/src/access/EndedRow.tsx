/** A grant that ended within the last day: how, and the way to ask again. */
import type { Grant } from '../api/shapes.ts';
import { Moment } from '../clock/Moment.tsx';
import { ButtonLink } from '../shell/ButtonLink.tsx';
import { Escaped } from '../text/Escaped.tsx';
import { oneLine } from '../text/one-line.ts';
import { personName } from '../text/person-name.ts';
import { Row } from './Row.tsx';
import { ScopeName } from './ScopeName.tsx';

/** @param viewerId whose page it is: what one ended oneself is said so */
export function EndedRow({ grant, viewerId }: { grant: Grant; viewerId: string | undefined }) {
  const { scope, endsAt, revokedAt, revokedBy, revokeReason } = grant;
  const by =
    revokedBy === undefined ? '' : revokedBy.id === viewerId ? 'by you' : `by ${personName(revokedBy)}`;
  return (
    <Row
      head={<ScopeName scope={scope} />}
      side={
        <ButtonLink
          to="/ask/$"
          params={{ _splat: scope.repository }}
          search={{ right: scope.right }}
          variant="default"
          size="xs"
        >
          Ask again
        </ButtonLink>
      }
    >
      {revokedAt === undefined ? (
        <>
          ended at <Moment at={endsAt} />, as planned
        </>
      ) : (
        <>
          ended early {by} at <Moment at={revokedAt} />
          {revokeReason !== undefined && (
            <>
              : “<Escaped>{oneLine(revokeReason, 160)}</Escaped>”
            </>
          )}
        </>
      )}
    </Row>
  );
}
