/** One live grant: what it opens, how long yet, the line to clone with, and how to have more or less of it. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import type { ElevationRequest, Grant, Me } from '../api/shapes.ts';
import { Moment } from '../clock/Moment.tsx';
import { CopyLine } from '../shell/CopyLine.tsx';
import { Panel } from '../shell/Panel.tsx';
import { TextLink } from '../shell/TextLink.tsx';
import { personName } from '../text/person-name.ts';
import { visibleString } from '../text/visible-text.ts';
import { Countdown } from './Countdown.tsx';
import { cloneLines } from './clone-lines.ts';
import { ExtendDialog } from './ExtendDialog.tsx';
import classes from './GrantCard.module.css';
import { RefList } from './RefList.tsx';
import { ScopeName } from './ScopeName.tsx';

/**
 * @param extension the request that would move this grant's end, while it waits
 * @param onEnd its viewer wants it ended
 */
export function GrantCard({
  grant,
  gateway,
  extension,
  onEnd,
}: {
  grant: Grant;
  gateway: Me['gateway'] | undefined;
  extension: ElevationRequest | undefined;
  onEnd: () => void;
}) {
  const [isExtending, setExtending] = useState(false);
  const { scope, issuedAt, endsAt, approvers, critical, may, state } = grant;
  const isShort = endsAt - issuedAt < 600_000;
  return (
    <Panel>
      <article className={classes.card} aria-label={`${scope.right} ${visibleString(scope.repository)}`}>
        <div className={classes.what}>
          <ScopeName scope={scope} critical={critical} />
          <RefList scope={scope} />
        </div>
        <div className={classes.time}>
          <Countdown from={issuedAt} until={endsAt} />
          <span className={classes.quiet}>
            until <Moment at={endsAt} withSeconds={isShort} />
          </span>
        </div>
        <div className={classes.lines}>
          {state === 'unrecorded' && (
            <span className={classes.quiet}>Being written to the audit; usable in a moment.</span>
          )}
          {cloneLines(grant, gateway).map(({ door, line }) => (
            <CopyLine key={door} line={line} of={`clone line for ${scope.repository} over ${door}`} />
          ))}
        </div>
        <div className={classes.foot}>
          <span className={classes.quiet}>
            {grant.id} ·{' '}
            {approvers.length === 0
              ? 'granted by the rule'
              : `approved by ${approvers.map(personName).join(', ')}`}
            {extension !== undefined && (
              <>
                {' '}
                ·{' '}
                <TextLink to="/a/$requestId" params={{ requestId: extension.id }} size="sm">
                  more time asked for
                </TextLink>
              </>
            )}
          </span>
          <span className={classes.buttons}>
            <Button
              variant="default"
              size="sm"
              disabled={!may.extend || extension !== undefined}
              onClick={() => setExtending(true)}
            >
              Extend
            </Button>
            <Button variant="default" size="sm" disabled={!may.revoke} onClick={onEnd}>
              End now
            </Button>
          </span>
        </div>
      </article>
      <ExtendDialog grant={grant} isOpen={isExtending} onClose={() => setExtending(false)} />
    </Panel>
  );
}
