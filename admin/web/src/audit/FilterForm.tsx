/** What is looked for; the address keeps it, so that a search can be sent to somebody. */
import { Button, Group, TextInput } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import { type AuditSearch, type FilterName, filterNames, readAuditSearch } from './audit-search.ts';
import classes from './FilterForm.module.css';

const fields: Readonly<Record<FilterName, { readonly label: string; readonly placeholder: string }>> = {
  from: { label: 'From', placeholder: '2026-11-25T14:05Z' },
  to: { label: 'Until', placeholder: '2026-11-26T00:00+05:30' },
  principal: { label: 'Person', placeholder: 'P-…' },
  repository: { label: 'Repository', placeholder: 'upstream/path' },
  type: { label: 'Type', placeholder: 'operation.refused, or grant' },
  grant: { label: 'Grant', placeholder: 'G-…' },
};

/** @param search what the address has now */
export function FilterForm({
  search,
  onSearch,
}: {
  search: AuditSearch;
  onSearch: (to: AuditSearch) => void;
}) {
  const [typed, setTyped] = useState<AuditSearch>(search);
  const send = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    onSearch(readAuditSearch(typed));
  };
  return (
    <form onSubmit={send} aria-label="What to look for">
      <div className={classes.fields}>
        {filterNames.map((name) => (
          <TextInput
            key={name}
            label={fields[name].label}
            placeholder={fields[name].placeholder}
            value={typed[name] ?? ''}
            onChange={(event) => setTyped({ ...typed, [name]: event.currentTarget.value })}
            maxLength={1_024}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
          />
        ))}
      </div>
      <Group gap="sm" mt="md">
        <Button type="submit">Look</Button>
        <Button variant="default" onClick={() => onSearch({})}>
          Everything
        </Button>
      </Group>
    </form>
  );
}
