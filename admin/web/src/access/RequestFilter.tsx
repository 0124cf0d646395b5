/** What of the requests is looked for; the address keeps it. */
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import classes from './RequestFilter.module.css';
import { type RequestSearch, readRequestSearch, requestStates } from './request-search.ts';

const anyState = 'any';

/**
 * @param search what the address has now
 * @param seesOthers whether the viewer may see requests of others
 */
export function RequestFilter({
  search,
  seesOthers,
  onSearch,
}: {
  search: RequestSearch;
  seesOthers: boolean;
  onSearch: (to: RequestSearch) => void;
}) {
  const [typed, setTyped] = useState(search.find ?? '');
  const { of = 'mine', state = anyState } = search;
  const look = (change: Readonly<Record<string, string>>) =>
    onSearch(readRequestSearch({ of, state, find: typed, ...change }));
  const send = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    look({});
  };
  return (
    <form onSubmit={send} aria-label="What to look for" className={classes.fields}>
      {seesOthers && (
        <NativeSelect
          label="Whose"
          data={[
            { value: 'mine', label: 'Mine' },
            { value: 'all', label: 'All that I may see' },
          ]}
          value={of}
          onChange={(event) => look({ of: event.currentTarget.value })}
        />
      )}
      <NativeSelect
        label="State"
        data={[anyState, ...requestStates]}
        value={state}
        onChange={(event) => look({ state: event.currentTarget.value })}
      />
      <TextInput
        className={classes.find}
        label="Find"
        placeholder="repository, reason, person or R-…"
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        maxLength={200}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
      />
      <Button type="submit">Look</Button>
    </form>
  );
}
