/** Chooses between fetch and push, as far as the rule has both. */
import { Radio, Stack } from '@mantine/core';
import type { AskableRule } from '../api/shapes.ts';

const rights = [
  { right: 'fetch', label: 'Fetch', words: 'Clone and pull the whole repository.' },
  { right: 'push', label: 'Push', words: 'Push to the refs named below; fetching is included.' },
] as const;

/** @param rule the rule the repository falls under; undefined while no rule does */
export function RightField({
  value,
  rule,
  onChange,
}: {
  value: 'fetch' | 'push';
  rule: AskableRule | undefined;
  onChange: (right: 'fetch' | 'push') => void;
}) {
  return (
    <Radio.Group
      label="What for"
      value={value}
      onChange={(chosen) => onChange(chosen === 'push' ? 'push' : 'fetch')}
      size="md"
      required
    >
      <Stack gap={10} mt={8}>
        {rights.map(({ right, label, words }) => {
          const isOffered = rule === undefined || rule.rights.some((offered) => offered.right === right);
          return (
            <Radio
              size="md"
              key={right}
              value={right}
              label={label}
              description={isOffered ? words : 'The rule for this repository does not offer it.'}
              disabled={!isOffered}
            />
          );
        })}
      </Stack>
    </Radio.Group>
  );
}
