/** Names the refs a push may touch. */
import { TagsInput } from '@mantine/core';
import { visibleString } from '../text/visible-text.ts';

/** What git people write short: a branch's bare name. */
function fullName(ref: string): string {
  return ref === '' || ref.startsWith('refs/') ? ref : `refs/heads/${ref}`;
}

/** @param allowed what the rule allows; asked for when nothing is named */
export function RefsField({
  value,
  allowed,
  onChange,
}: {
  value: readonly string[];
  allowed: readonly string[];
  onChange: (refs: readonly string[]) => void;
}) {
  const all = allowed.map(visibleString).join(', ');
  return (
    <TagsInput
      label="Only these refs"
      description={`Leave it empty for all that the rule allows${all === '' ? '' : `: ${all}`}. Patterns may hold * within a level and ** across.`}
      placeholder={value.length === 0 ? 'refs/heads/fix/** or a branch’s name' : ''}
      value={value.map(visibleString).length === 0 ? [] : [...value]}
      onChange={(refs) => onChange([...new Set(refs.map((ref) => fullName(ref.trim())))])}
      data={allowed.filter((ref) => !value.includes(ref))}
      maxTags={50}
      splitChars={[',', ' ']}
      acceptValueOnBlur
      clearable
      size="md"
      autoCapitalize="none"
      spellCheck={false}
    />
  );
}
