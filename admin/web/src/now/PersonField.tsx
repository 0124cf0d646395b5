/** Picks a person by name, among those who have asked for, hold or use something; anybody else by their id. */
import { Autocomplete } from '@mantine/core';
import { useOfferedPeople } from './offered-people.ts';

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
  return (
    <Autocomplete
      label="Who"
      description="Type a name and pick, or give the id (P-…) that the audit has."
      placeholder="Name, address or P-…"
      value={value}
      onChange={onChange}
      data={[...useOfferedPeople()]}
      error={isMissing && 'Say who is to be stopped.'}
      limit={8}
      maxLength={1_024}
      required
      autoComplete="off"
      spellCheck={false}
    />
  );
}
