/** Says why: what the approver reads and the audit keeps. */
import { Textarea } from '@mantine/core';
import { visibleString } from '../text/visible-text.ts';

/** The longest reason the gateway takes, in characters. */
const longest = 1_000;

/** What a ticket looks like, from the pattern that the rule has for it. */
function ticketWords(pattern: string): string {
  return `a ticket like ${visibleString(pattern)}`;
}

/**
 * @param shortest characters the rules want; 0 makes the reason optional
 * @param tickets patterns of which each must be found in it
 * @param noTicket the one that is not, once that is to be said
 */
export function ReasonField({
  value,
  shortest,
  tickets,
  noTicket,
  isMissing,
  onChange,
}: {
  value: string;
  shortest: number;
  tickets: readonly string[];
  noTicket: string | undefined;
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
  const named = tickets.length === 0 ? '' : ` It names ${tickets.map(ticketWords).join(' and ')}.`;
  return (
    <Textarea
      label={shortest === 0 && tickets.length === 0 ? 'Reason (if you like)' : 'Reason'}
      description={`${count}${named}`}
      placeholder="What you need to do, and the ticket it belongs to"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={
        isMissing
          ? shortest > 1
            ? `Say a little more: ${missing} characters to go.`
            : 'Say why, in a few words.'
          : noTicket !== undefined && `Name ${ticketWords(noTicket)}.`
      }
      required={shortest > 0 || tickets.length > 0}
      maxLength={longest}
      rows={3}
      size="md"
      inputWrapperOrder={['label', 'input', 'description', 'error']}
    />
  );
}
