/** The screen of the request form; a link from a refusal opens it filled in. */
import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams, useSearch } from '@tanstack/react-router';
import { meQuery, myGrantsQuery, myRequestsQuery } from '../api/queries.ts';
import { ProblemNotice } from '../shell/ProblemNotice.tsx';
import { Screen } from '../shell/Screen.tsx';
import { AskForm } from './AskForm.tsx';
import { kindsIn, readAskSearch, refsOf } from './ask-search.ts';
import { NothingToAsk } from './NothingToAsk.tsx';
import { suggestedNames, tidyName } from './rule-for.ts';

/** `/ask` and `/ask/<repository>?right=push&ref=…`. */
export function AskScreen() {
  const { _splat = '' } = useParams({ strict: false });
  const search = readAskSearch(useSearch({ strict: false }));
  const me = useQuery(meQuery);
  const grants = useQuery(myGrantsQuery);
  const requests = useQuery(myRequestsQuery);

  if (me.data === undefined) {
    return (
      <Screen title="Ask for access">
        {me.error?.isOutage === false && <ProblemNotice problem={me.error} />}
        <Skeleton height={560} radius={12} />
      </Screen>
    );
  }
  const { askable } = me.data;
  const refs = refsOf(search);
  const start = {
    repository: tidyName(_splat),
    right: search.right ?? (refs.length > 0 ? 'push' : 'fetch'),
    refs,
    kinds: kindsIn(search),
    span: search.for,
    reason: search.reason,
  } as const;
  return (
    <Screen title="Ask for access">
      {askable.length === 0 ? (
        <NothingToAsk me={me.data} />
      ) : (
        <AskForm
          key={`${_splat} ${start.right} ${refs.join(' ')} ${start.kinds?.join(' ')}`}
          me={me.data}
          start={start}
          suggestions={suggestedNames(askable, grants.data?.grants ?? [], requests.data?.requests ?? [])}
        />
      )}
    </Screen>
  );
}
