/** Chooses how long a credential lives. */
import { Chip, Group, Input } from '@mantine/core';
import type { Life } from './life.ts';

const days: readonly Life[] = [
  { value: '1d', label: '1 day' },
  { value: '7d', label: '7 days' },
  { value: '30d', label: '30 days' },
  { value: '90d', label: '90 days' },
];

/** @param lives to choose from; those of a credential unless others are given */
export function LifeField({
  value,
  onChange,
  lives = days,
}: {
  value: string;
  onChange: (life: string) => void;
  lives?: readonly Life[];
}) {
  return (
    <Input.Wrapper label="Ends after" size="md" labelElement="div">
      <Chip.Group value={value} onChange={onChange}>
        <Group gap={8} mt={6} role="radiogroup" aria-label="Ends after">
          {lives.map((life) => (
            <Chip key={life.value} value={life.value} radius="md">
              {life.label}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
    </Input.Wrapper>
  );
}
