/** One lock that stands, with the button that lifts it. */
import { Button } from '@mantine/core';
import { Row } from '../access/Row.tsx';
import type { Lock } from '../api/shapes.ts';
import { Age } from '../clock/Age.tsx';
import { TimeLeft } from '../clock/TimeLeft.tsx';
import { Escaped } from '../text/Escaped.tsx';
import { oneLine } from '../text/one-line.ts';
import { personName } from '../text/person-name.ts';
import { lockTarget } from './lock-words.ts';

/** @param onLift undefined where the viewer may not */
export function LockRow({ lock, onLift }: { lock: Lock; onLift: (() => void) | undefined }) {
  return (
    <Row
      head={<strong>{lockTarget(lock)}</strong>}
      side={
        onLift !== undefined && (
          <Button
            variant="default"
            size="xs"
            aria-label={`Lift the lock on ${lockTarget(lock)}`}
            onClick={onLift}
          >
            Lift
          </Button>
        )
      }
    >
      <Escaped>{oneLine(lock.reason, 200)}</Escaped> · by {personName(lock.by)}, <Age at={lock.createdAt} />
      {lock.until !== undefined && (
        <>
          {' '}
          · ends in <TimeLeft until={lock.until} />
        </>
      )}
      {lock.untilSignIn === true && ' · until they sign in again'}
      {lock.except.length > 0 && ` · except ${lock.except.map(personName).join(', ')}`}
    </Row>
  );
}
