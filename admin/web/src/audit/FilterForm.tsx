/** What is looked for; the address keeps it, so that a search can be sent to somebody. */
import { Autocomplete, Button, Checkbox, Group, TextInput } from '@mantine/core';
import { type SubmitEvent, useMemo, useState } from 'react';
import type { Person } from '../api/shapes.ts';
import { clock, viewerZone } from '../clock/page-clock.ts';
import { eachPerson, personIn, personLabel } from '../now/people-seen.ts';
import { zoneName } from '../text/moment-words.ts';
import { type AuditSearch, type FilterName, readAuditSearch } from './audit-search.ts';
import classes from './FilterForm.module.css';
import { localInput, momentOfInput } from './local-input.ts';

const hourMs = 3_600_000;

/** Periods that end now, at a click. */
const lately = [
  { words: 'Last hour', ms: hourMs },
  { words: 'Last 24 hours', ms: 24 * hourMs },
  { words: 'Last 7 days', ms: 168 * hourMs },
] as const;

const texts = {
  repository: { label: 'Repository', placeholder: 'upstream/path' },
  type: { label: 'Type', placeholder: 'operation.refused, or grant' },
  grant: { label: 'Grant', placeholder: 'G-…' },
  operation: { label: 'Operation', placeholder: 'O-…' },
} as const;

/** Nothing that is written here is a word that a browser knows. */
const plain = { maxLength: 1_024, autoComplete: 'off', autoCapitalize: 'none', spellCheck: false } as const;

/** @param search what the address has now
 * @param people who can be picked by name: those in the entries that are shown */
export function FilterForm({
  search,
  people,
  onSearch,
}: {
  search: AuditSearch;
  people: readonly Person[];
  onSearch: (to: AuditSearch) => void;
}) {
  const [typed, setTyped] = useState<AuditSearch>(search);
  const change = (name: FilterName, text: string | undefined) => {
    const { [name]: _before, ...others } = typed;
    setTyped(text === undefined ? others : { ...others, [name]: text });
  };
  const look = (wanted: AuditSearch) => {
    const { principal, ...others } = wanted;
    onSearch(
      readAuditSearch(principal === undefined ? others : { ...others, principal: personIn(principal) }),
    );
  };
  const send = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    look(typed);
  };
  const labels = useMemo(() => eachPerson(people).map(personLabel), [people]);
  const known = people.find(({ id }) => id === typed.principal);
  const when = (name: 'from' | 'to', label: string) => (
    <TextInput
      type="datetime-local"
      step={1}
      label={`${label} (${zoneName(clock.now(), viewerZone)})`}
      title={typed[name] === undefined ? undefined : `${typed[name]}`}
      value={localInput(typed[name])}
      onChange={(event) => change(name, momentOfInput(event.currentTarget.value))}
    />
  );
  return (
    <form onSubmit={send} aria-label="What to look for">
      <div className={classes.fields}>
        {when('from', 'From')}
        {when('to', 'Until')}
        <Autocomplete
          label="Person"
          placeholder="Name or P-…"
          value={known === undefined ? (typed.principal ?? '') : personLabel(known)}
          onChange={(text) => change('principal', text)}
          data={labels}
          limit={8}
          openOnFocus={false}
          {...plain}
        />
        {(['repository', 'type', 'grant', 'operation'] as const).map((name) => (
          <TextInput
            key={name}
            {...texts[name]}
            value={typed[name] ?? ''}
            onChange={(event) => change(name, event.currentTarget.value)}
            {...plain}
          />
        ))}
      </div>
      <Checkbox
        mt="md"
        label="Only what is in this node’s own files"
        checked={typed.nodes === 'this'}
        onChange={(event) => {
          const { nodes: _nodes, ...others } = typed;
          setTyped(event.currentTarget.checked ? { ...others, nodes: 'this' } : others);
        }}
      />
      <Group gap="sm" mt="md">
        <Button type="submit">Look</Button>
        {lately.map(({ words, ms }) => (
          <Button
            key={words}
            variant="default"
            onClick={() => {
              const { to: _to, ...others } = typed;
              look({ ...others, from: new Date(clock.now() - ms).toISOString() });
            }}
          >
            {words}
          </Button>
        ))}
        <Button variant="default" onClick={() => onSearch({})}>
          Everything
        </Button>
      </Group>
    </form>
  );
}
