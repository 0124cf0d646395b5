/** Asks for more time on a live grant. */
import { Button, Group, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type SubmitEvent, useState } from 'react';
import { useExtend } from '../api/changes.ts';
import { meQuery } from '../api/queries.ts';
import type { Grant } from '../api/shapes.ts';
import { missingTicket } from '../ask/asking.ts';
import { DurationField } from '../ask/DurationField.tsx';
import { spanText, usualChoice } from '../ask/duration-choice.ts';
import { ReasonField } from '../ask/ReasonField.tsx';
import { ruleFor, shortestReason } from '../ask/rule-for.ts';
import { Moment } from '../clock/Moment.tsx';
import { Dialog } from '../shell/Dialog.tsx';
import { ProblemNotice } from '../shell/ProblemNotice.tsx';
import { visibleString } from '../text/visible-text.ts';

/** @param isOpen whether it is shown; what was typed is gone when it closes */
export function ExtendDialog({
  grant,
  isOpen,
  onClose,
}: {
  grant: Grant;
  isOpen: boolean;
  onClose: () => void;
}) {
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={`More time on ${visibleString(grant.scope.repository)}`}>
      <ExtendForm grant={grant} onClose={onClose} />
    </Dialog>
  );
}

/** Of spans that are shorter the seconds are told. */
const shortMs = 600_000;

function ExtendForm({ grant, onClose }: { grant: Grant; onClose: () => void }) {
  const navigate = useNavigate();
  const me = useQuery(meQuery);
  const extend = useExtend(grant.id);
  const { repository, right } = grant.scope;
  const rule = ruleFor(repository, me.data?.askable ?? []);
  const offered = rule?.rights.find((offer) => offer.right === right);
  // A rule bounds each span that is asked for, and the whole life of a grant.
  const lifeMs = Math.max(1_000, grant.latestEndsAt - grant.endsAt);
  const maxMs = Math.min(lifeMs, offered?.maxDurationMs ?? lifeMs);
  const shortest = rule === undefined || offered === undefined ? 1 : shortestReason(rule, offered);
  const [chosenMs, setSpan] = useState<number | 'usual' | undefined>('usual');
  const [reason, setReason] = useState('');
  const [wasTried, setTried] = useState(false);
  const spanMs = chosenMs === 'usual' ? usualChoice(maxMs) : chosenMs;
  const hasReason = [...reason.trim()].length >= shortest;
  const tickets = offered?.ticketPattern === undefined ? [] : [offered.ticketPattern];
  const noTicket = missingTicket(reason, tickets);

  const send = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (spanMs === undefined || !hasReason || noTicket !== undefined) return setTried(true);
    extend.mutate(
      { duration: spanText(spanMs), reason: reason.trim() },
      {
        onSuccess: (request) => {
          onClose();
          if (request.state === 'pending')
            void navigate({ to: '/a/$requestId', params: { requestId: request.id } });
        },
      },
    );
  };

  return (
    <form onSubmit={send} noValidate>
      <Stack gap="md">
        <DurationField
          label="How much more"
          spanMs={spanMs}
          maxMs={maxMs}
          maxReason={
            maxMs === lifeMs ? 'by the longest life the rule allows' : 'by the rule for this repository'
          }
          isMissing={wasTried && spanMs === undefined}
          onChange={setSpan}
        />
        {spanMs !== undefined && (
          <div>
            It ends at <Moment at={grant.endsAt} withSeconds={spanMs < shortMs} />, and would end at{' '}
            <Moment at={grant.endsAt + spanMs} withSeconds={spanMs < shortMs} />.
          </div>
        )}
        <ReasonField
          value={reason}
          shortest={shortest}
          tickets={tickets}
          noTicket={wasTried ? noTicket : undefined}
          isMissing={wasTried && !hasReason}
          onChange={setReason}
        />
        <ProblemNotice problem={extend.error} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={extend.isPending}>
            Ask for more time
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
