/** The request form: asks for rights on one or several repositories for a while. */
import { Button } from '@mantine/core';
import { useSessionStorage } from '@mantine/hooks';
import { useNavigate } from '@tanstack/react-router';
import { type SubmitEvent, useState } from 'react';
import { useAsk } from '../api/changes.ts';
import type { Me } from '../api/shapes.ts';
import { Icon } from '../shell/Icon.tsx';
import { Panel } from '../shell/Panel.tsx';
import { ProblemNotice } from '../shell/ProblemNotice.tsx';
import type { UpdateKind } from '../text/update-kinds.ts';
import { visibleString } from '../text/visible-text.ts';
import classes from './AskForm.module.css';
import { AskSummary } from './AskSummary.tsx';
import {
  limitsOf,
  missingTicket,
  readScope,
  type ScopeDraft,
  scopeBody,
  scopeFault,
  scopesAtMost,
} from './asking.ts';
import { DurationField } from './DurationField.tsx';
import { readSpan, spanText, usualChoice } from './duration-choice.ts';
import { ReasonField } from './ReasonField.tsx';
import { ScopeFields } from './ScopeFields.tsx';

/** The longest span offered while no rule is known. */
const unknownMaxMs = 8 * 3_600_000;

/** What a link filled in. */
export interface AskStart {
  readonly repository: string;
  readonly right: 'fetch' | 'push';
  readonly refs: readonly string[];
  readonly kinds?: readonly UpdateKind[] | undefined;
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
  const [drafts, setDrafts] = useState<readonly ScopeDraft[]>([
    { key: 0, written: start.repository, wantedRight: start.right, refs: start.refs, kinds: start.kinds },
  ]);
  const [chosenMs, setChosen] = useState<number | 'usual' | undefined>(
    start.span === undefined ? 'usual' : (readSpan(start.span) ?? 'usual'),
  );
  const [wasTried, setTried] = useState(false);
  const [reason, setReason, forgetReason] = useSessionStorage({
    key: 'sluice-reason',
    defaultValue: start.reason ?? '',
  });

  const scopes = drafts.map((draft) => readScope(draft, me.askable));
  const faults = scopes.map((scope, at) => scopeFault(scope, scopes.slice(0, at)));
  const { tightest, shortest, tickets } = limitsOf(scopes);
  const maxMs = tightest?.maxMs ?? unknownMaxMs;
  const spanMs =
    chosenMs === 'usual'
      ? usualChoice(maxMs)
      : chosenMs === undefined
        ? undefined
        : Math.min(chosenMs, maxMs);
  const hasReason = [...reason.trim()].length >= shortest;
  const noTicket = missingTicket(reason, tickets);
  const isReady =
    faults.every((fault) => fault === undefined) &&
    spanMs !== undefined &&
    hasReason &&
    noTicket === undefined;

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
    ask.mutate(
      {
        scopes: scopes.map(scopeBody),
        duration: spanText(spanMs),
        reason: reason.trim(),
      },
      {
        onSuccess: (request) => {
          forgetReason();
          void navigate({ to: '/a/$requestId', params: { requestId: request.id } });
        },
      },
    );
  };
  const add = () => {
    const key = Math.max(...drafts.map((draft) => draft.key)) + 1;
    setDrafts([...drafts, { key, written: '', wantedRight: scopes.at(-1)?.right ?? 'fetch', refs: [] }]);
  };

  return (
    <form onSubmit={send} className={classes.form} noValidate>
      <Panel>
        <div className={classes.fields}>
          {drafts.map((draft, at) => {
            const scope = scopes[at];
            return (
              scope !== undefined && (
                <ScopeFields
                  key={draft.key}
                  draft={draft}
                  scope={scope}
                  legend={drafts.length > 1 ? `Repository ${at + 1}` : undefined}
                  rules={me.askable}
                  suggestions={suggestions}
                  fault={faults[at] === 'twice' || wasTried ? faults[at] : undefined}
                  onChange={(changed) =>
                    setDrafts(drafts.map((other) => (other.key === changed.key ? changed : other)))
                  }
                  onRemove={
                    drafts.length > 1
                      ? () => setDrafts(drafts.filter(({ key }) => key !== draft.key))
                      : undefined
                  }
                />
              )
            );
          })}
          {drafts.length < scopesAtMost && (
            <div>
              <Button variant="default" size="xs" leftSection={<Icon name="plus" />} onClick={add}>
                Another repository
              </Button>
            </div>
          )}
          <DurationField
            label="For how long"
            spanMs={spanMs}
            isMissing={wasTried && spanMs === undefined}
            maxMs={maxMs}
            maxReason={
              tightest === undefined
                ? 'unless the rule allows less'
                : drafts.length === 1
                  ? 'by the rule for this repository'
                  : `by the rule for ${visibleString(tightest.repository)}`
            }
            onChange={setChosen}
          />
          <ReasonField
            value={reason}
            shortest={shortest}
            tickets={tickets}
            noTicket={wasTried ? noTicket : undefined}
            isMissing={wasTried && !hasReason}
            onChange={setReason}
          />
        </div>
      </Panel>
      <div className={classes.side}>
        <AskSummary scopes={scopes} spanMs={spanMs} />
        <ProblemNotice problem={ask.error} />
        <Button type="submit" size="md" fullWidth loading={ask.isPending}>
          Ask for access
        </Button>
      </div>
    </form>
  );
}
