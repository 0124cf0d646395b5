/** The request form: asks for one right on one repository for a while. */
import { Button } from '@mantine/core';
import { useDebouncedValue, useSessionStorage } from '@mantine/hooks';
import { useNavigate } from '@tanstack/react-router';
import { type SubmitEvent, useState } from 'react';
import { useAsk } from '../api/changes.ts';
import type { Me } from '../api/shapes.ts';
import { Panel } from '../shell/Panel.tsx';
import { ProblemNotice } from '../shell/ProblemNotice.tsx';
import { AlreadyAllowed } from './AlreadyAllowed.tsx';
import classes from './AskForm.module.css';
import { AskSummary } from './AskSummary.tsx';
import { DurationField } from './DurationField.tsx';
import { readSpan, spanText, usualChoice } from './duration-choice.ts';
import { ReasonField } from './ReasonField.tsx';
import { RefsField } from './RefsField.tsx';
import { RepositoryField } from './RepositoryField.tsx';
import { RightField } from './RightField.tsx';
import { ruleFor, shortestReason, tidyName } from './rule-for.ts';

/** The longest span offered while no rule is known. */
const unknownMaxMs = 8 * 3_600_000;

/** What a link filled in. */
export interface AskStart {
  readonly repository: string;
  readonly right: 'fetch' | 'push';
  readonly refs: readonly string[];
  readonly span?: string | undefined;
  readonly reason?: string | undefined;
}

/** @param start what the form holds at first; the reason is kept for the browser's session, also through signing in again */
export function AskForm({
  me,
  start,
  suggestions,
}: {
  me: Me;
  start: AskStart;
  suggestions: readonly string[];
}) {
  const navigate = useNavigate();
  const ask = useAsk();
  const [written, setWritten] = useState(start.repository);
  const [wantedRight, setRight] = useState(start.right);
  const [refs, setRefs] = useState(start.refs);
  const [chosenMs, setChosen] = useState<number | 'usual' | undefined>(
    start.span === undefined ? 'usual' : (readSpan(start.span) ?? 'usual'),
  );
  const [wasTried, setTried] = useState(false);
  const [reason, setReason, forgetReason] = useSessionStorage({
    key: 'sluice-reason',
    defaultValue: start.reason ?? '',
  });

  const repository = tidyName(written);
  const [settled] = useDebouncedValue(repository, 400);
  const rule = ruleFor(repository, me.askable);
  const offered = rule?.rights.find((offer) => offer.right === wantedRight) ?? rule?.rights[0];
  const right = offered?.right ?? wantedRight;
  const maxMs = offered?.maxDurationMs ?? unknownMaxMs;
  const spanMs =
    chosenMs === 'usual'
      ? usualChoice(maxMs)
      : chosenMs === undefined
        ? undefined
        : Math.min(chosenMs, maxMs);
  const shortest = rule === undefined || offered === undefined ? 1 : shortestReason(rule, offered);
  const hasReason = [...reason.trim()].length >= shortest;
  const isReady = repository.includes('/') && spanMs !== undefined && hasReason;

  const send = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (ask.isPending) return;
    if (!isReady) {
      const { currentTarget } = event;
      setTried(true);
      // The fields are marked when the form was drawn again.
      requestAnimationFrame(() => currentTarget.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
      return;
    }
    const scope = { repository, right, ...(right === 'push' && refs.length > 0 ? { refs: [...refs] } : {}) };
    ask.mutate(
      { scopes: [scope], duration: spanText(spanMs), reason: reason.trim() },
      {
        onSuccess: (request) => {
          forgetReason();
          void navigate({ to: '/a/$requestId', params: { requestId: request.id } });
        },
      },
    );
  };

  return (
    <form onSubmit={send} className={classes.form} noValidate>
      <Panel>
        <div className={classes.fields}>
          <RepositoryField
            value={written}
            rules={me.askable}
            suggestions={suggestions}
            isMissing={wasTried && !repository.includes('/')}
            onChange={setWritten}
          />
          <RightField value={right} rule={rule} onChange={setRight} />
          {rule !== undefined && settled === repository && (
            <AlreadyAllowed repository={settled} right={right} />
          )}
          {right === 'push' && <RefsField value={refs} allowed={offered?.refs ?? []} onChange={setRefs} />}
          <DurationField
            label="For how long"
            spanMs={spanMs}
            isMissing={wasTried && spanMs === undefined}
            maxMs={maxMs}
            maxReason={rule === undefined ? 'unless the rule allows less' : 'by the rule for this repository'}
            onChange={setChosen}
          />
          <ReasonField
            value={reason}
            shortest={shortest}
            isMissing={wasTried && !hasReason}
            onChange={setReason}
          />
        </div>
      </Panel>
      <div className={classes.side}>
        <AskSummary repository={repository} rule={rule} offered={offered} refs={refs} spanMs={spanMs} />
        <ProblemNotice problem={ask.error} />
        <Button type="submit" size="md" fullWidth loading={ask.isPending}>
          Ask for access
        </Button>
      </div>
    </form>
  );
}
