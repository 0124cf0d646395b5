/** Picks a person by name, among those who have asked for, hold or use something; anybody else by their id. */
import { Autocomplete } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { operationsQuery, seenGrantsQuery, seenRequestsQuery } from '../api/queries.ts';
import { eachPerson, personLabel } from './people-seen.ts';

/** @param value a label of `people-seen.ts` or an id */
export function PersonField({
  value,
  isMissing,
  onChange,
}: {
  value: string;
  isMissing: boolean;
  onChange: (value: string) => void;
}) {
  const grants = useQuery(seenGrantsQuery);
  const requests = useQuery(seenRequestsQuery);
  const operations = useQuery(operationsQuery);
  const people = eachPerson([
    ...(grants.data?.grants ?? []).map(({ principal }) => principal),
    ...(requests.data?.requests ?? []).map(({ principal }) => principal),
    ...(operations.data?.operations ?? []).map(({ principal }) => principal),
  ]);
  return (
    <Autocomplete
      label="Who"
      description="Type a name and pick, or give the id (P-…) that the audit has."
      placeholder="Name, address or P-…"
      value={value}
      onChange={onChange}
      data={people.map(personLabel)}
      error={isMissing && 'Say who is to be stopped.'}
      limit={8}
      maxLength={1_024}
      required
      autoComplete="off"
      spellCheck={false}
    />
  );
}
