/** Names the repository: written, pasted or chosen. */
import { Autocomplete } from '@mantine/core';
import type { AskableRule } from '../api/shapes.ts';
import { visibleString } from '../text/visible-text.ts';
import { ruleFor, tidyName } from './rule-for.ts';

/** @param suggestions names offered while typing
 * @param isMissing the form was sent without a name */
export function RepositoryField({
  value,
  rules,
  suggestions,
  isMissing,
  onChange,
}: {
  value: string;
  rules: readonly AskableRule[];
  suggestions: readonly string[];
  isMissing: boolean;
  onChange: (value: string) => void;
}) {
  const name = tidyName(value);
  const isOutside = name.includes('/') && ruleFor(name, rules) === undefined;
  const patterns = rules.map(({ match }) => visibleString(match));
  return (
    <Autocomplete
      label="Repository"
      placeholder="upstream/path, or paste its address"
      description={`You may ask within ${patterns.slice(0, 4).join(', ')}${patterns.length > 4 ? ' and more' : ''}`}
      error={
        isMissing
          ? 'Name a repository, such as hub/acme/app.'
          : isOutside &&
            'No rule lets you ask for this name. Check its spelling; some rules need a group you are not in.'
      }
      value={value}
      onChange={onChange}
      onBlur={() => onChange(name)}
      data={[...suggestions]}
      limit={8}
      required
      size="md"
      autoComplete="off"
      autoCapitalize="none"
      spellCheck={false}
      data-autofocus
    />
  );
}
