/** Who has access right now, to whatever repository, as far as the viewer may see it. */
import { Autocomplete, Button, Skeleton, TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useSeenGrants } from '../api/seen-grants.ts';
import fields from '../audit/FilterForm.module.css';
import { eachPerson, personLabel } from '../now/people-seen.ts';
import { Empty } from '../shell/Empty.tsx';
import { ProblemNotice } from '../shell/ProblemNotice.tsx';
import { Section } from '../shell/Section.tsx';
import { counted } from '../text/counted.ts';
import { EndableGrants } from './EndableGrants.tsx';
import { LeftOut } from './LeftOut.tsx';
import { fittingGrants } from './live-grant-filter.ts';

/** What is below is to be reached without scrolling past a thousand rows. */
const shownAtFirst = 12;

/** Nothing that is written here is a word that a browser knows. */
const plain = { maxLength: 1_024, autoComplete: 'off', autoCapitalize: 'none', spellCheck: false } as const;

/** @param seesAll whether nothing is kept from the viewer; else they see what they answer for */
export function LiveGrants({ seesAll }: { seesAll: boolean }) {
  const { data, error } = useSeenGrants();
  const [filter, setFilter] = useState({ person: '', repository: '' });
  const [isWhole, setWhole] = useState(false);
  const all = data?.grants;
  const labels = useMemo(
    () => eachPerson((all ?? []).map(({ principal }) => principal)).map(personLabel),
    [all],
  );
  const fitting = useMemo(() => fittingGrants(all ?? [], filter), [all, filter]);
  const shown = useMemo(() => (isWhole ? fitting : fitting.slice(0, shownAtFirst)), [isWhole, fitting]);
  const count = all?.length ?? 0;

  return (
    <Section
      title="Live grants"
      beside={
        <span role="status">
          {fitting === all ? counted(count, 'grant') : `${fitting.length} of ${counted(count, 'grant')}`}
        </span>
      }
    >
      <ProblemNotice problem={error?.isOutage === false && !error.isSignedOut ? error : null} />
      {!seesAll && <p style={{ margin: 0 }}>Of others you see those that you answer for.</p>}
      {all === undefined ? (
        <Skeleton height={132} radius={12} />
      ) : all.length === 0 ? (
        <Empty title="No grant lives at the moment">
          <p>
            Each grant stands here from its approval until it ends: who may do what, and for how long still.
            Who may end it does so here, at once.
          </p>
        </Empty>
      ) : (
        <>
          <search aria-label="Live grants" className={fields.fields}>
            <Autocomplete
              label="Person"
              placeholder="Name, address or P-…"
              value={filter.person}
              onChange={(person) => setFilter({ ...filter, person })}
              data={labels}
              limit={8}
              openOnFocus={false}
              {...plain}
            />
            <TextInput
              label="Repository"
              placeholder="A part of its name"
              value={filter.repository}
              onChange={(event) => setFilter({ ...filter, repository: event.currentTarget.value })}
              {...plain}
            />
          </search>
          <EndableGrants
            grants={shown}
            isPart={shown.length < fitting.length || data?.more === true}
            isLinked
            empty={
              <Empty title="No live grant fits">
                <p>
                  What is looked for is a part of a name, of an e-mail address, of an id or of a repository.
                </p>
              </Empty>
            }
          />
          {fitting.length > shownAtFirst && (
            <div>
              <Button variant="default" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
                {isWhole ? `Show the first ${shownAtFirst} alone` : `Show all ${fitting.length}`}
              </Button>
            </div>
          )}
          {data?.more === true && <LeftOut listed={count} />}
        </>
      )}
    </Section>
  );
}
