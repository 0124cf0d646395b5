/** Names the refs a push may touch. */
import { TagsInput } from '@mantine/core';
import { visibleString } from '../text/visible-text.ts';
import { fullRefName } from './ref-name.ts';

/** @param allowed what may be named at most; holds when nothing is named
 * @param empty what that is called */
export function RefsField({
  value,
  allowed,
  empty = 'all that the rule allows',
  onChange,
}: {
  value: readonly string[];
  allowed: readonly string[];
  empty?: string;
  onChange: (refs: readonly string[]) => void;
}) {
  const all = allowed.map(visibleString).join(', ');
  return (
    <TagsInput
      label="Only these refs"
      description={`Leave it empty for ${empty}${all === '' ? '' : `: ${all}`}. Patterns may hold * within a level and ** across.`}
      placeholder={value.length === 0 ? 'refs/heads/fix/** or a branch’s name' : ''}
      value={[...value]}
      onChange={(refs) => onChange([...new Set(refs.map(fullRefName))])}
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
