/** Says when a lock ends: the usual spans at a click, any other span or time by writing it. */
import { Chip, Group, Input, TextInput } from '@mantine/core';
import { useId } from 'react';

const choices = [
  { until: '1h', label: '1 hour' },
  { until: '4h', label: '4 hours' },
  { until: '', label: 'Until lifted' },
] as const;

/** @param value as the API takes it; `''` until somebody lifts it */
export function UntilField({ value, onChange }: { value: string; onChange: (until: string) => void }) {
  const id = useId();
  return (
    <Input.Wrapper
      label="For how long"
      description="An end is a span, such as 2h, or a time, such as 2026-11-25T14:05:00Z."
      labelElement="div"
    >
      <Group gap={8} mt={6}>
        <Group gap={8} role="radiogroup" aria-label="For how long">
          {choices.map(({ until, label }) => (
            <Chip
              key={until}
              type="radio"
              name={id}
              radius="md"
              checked={value.trim() === until}
              onChange={() => onChange(until)}
            >
              {label}
            </Chip>
          ))}
        </Group>
        <TextInput
          aria-label="Ends after or at"
          placeholder="or other"
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
          maxLength={40}
          flex="1 1 6em"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
        />
      </Group>
    </Input.Wrapper>
  );
}
