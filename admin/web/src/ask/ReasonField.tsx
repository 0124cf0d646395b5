/** Says why: what the approver reads and the audit keeps. */
import { Textarea } from '@mantine/core';

/** The longest reason the gateway takes, in characters. */
const longest = 1_000;

/** @param shortest characters the rule wants; 0 makes the reason optional */
export function ReasonField({
  value,
  shortest,
  isMissing,
  onChange,
}: {
  value: string;
  shortest: number;
  isMissing: boolean;
  onChange: (reason: string) => void;
}) {
  const length = [...value.trim()].length;
  const missing = shortest - length;
  const count =
    shortest <= 1
      ? 'Your approver reads it, and the audit keeps it.'
      : missing > 0
        ? `At least ${shortest} characters, ${missing} to go.`
        : `At least ${shortest} characters: done.`;
  return (
    <Textarea
      label={shortest === 0 ? 'Reason (if you like)' : 'Reason'}
      description={count}
      placeholder="What you need to do, and the ticket it belongs to"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={
        isMissing &&
        (shortest > 1 ? `Say a little more: ${missing} characters to go.` : 'Say why, in a few words.')
      }
      required={shortest > 0}
      maxLength={longest}
      rows={3}
      size="md"
      inputWrapperOrder={['label', 'input', 'description', 'error']}
    />
  );
}
