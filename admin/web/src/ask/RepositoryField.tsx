/** Names the repository: written, pasted or chosen. */
import { Autocomplete } from '@mantine/core';
import type { AskableRule } from '../api/shapes.ts';
import { visibleString } from '../text/visible-text.ts';
import type { ScopeFault } from './asking.ts';
import { ruleFor, tidyName } from './rule-for.ts';

/** @param suggestions names offered while typing
 * @param fault why it cannot be sent, once that is to be said
 * @param isFirst the form begins with it */
export function RepositoryField({
  value,
  rules,
  suggestions,
  fault,
  isFirst,
  onChange,
}: {
  value: string;
  rules: readonly AskableRule[];
  suggestions: readonly string[];
  fault: ScopeFault | undefined;
  isFirst: boolean;
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
        fault === 'unnamed'
          ? 'Name a repository, such as hub/acme/app.'
          : fault === 'twice'
            ? 'This right on it is asked for above already.'
            : isOutside &&
              'No rule lets you ask for this name. Check its spelling; some rules need a group you are not in.'
      }
      value={value}
      onChange={onChange}
      onBlur={() => onChange(name)}
      data={[...suggestions]}
      limit={8}
      openOnFocus={false}
      required
      size="md"
      autoComplete="off"
      autoCapitalize="none"
      spellCheck={false}
      {...(isFirst ? { 'data-autofocus': true } : { autoFocus: true })}
    />
  );
}
