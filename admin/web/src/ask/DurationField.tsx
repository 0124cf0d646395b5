/** Chooses a span: the usual ones at a click, any other by writing it, never more than the maximum. */
import { Chip, Group, TextInput } from '@mantine/core';
import { useId, useState } from 'react';
import { durationWords } from '../text/duration-words.ts';
import classes from './DurationField.module.css';
import { presets, readSpan } from './duration-choice.ts';

const other = 'other';

/**
 * @param spanMs what is chosen, in ms; undefined while what is written is no span
 * @param maxMs the most that may be chosen, with `maxReason` saying whose limit it is
 */
export function DurationField({
  label,
  spanMs,
  maxMs,
  maxReason,
  isMissing = false,
  onChange,
}: {
  label: string;
  spanMs: number | undefined;
  maxMs: number;
  maxReason: string;
  isMissing?: boolean;
  onChange: (spanMs: number | undefined) => void;
}) {
  const id = useId();
  const choices = presets(maxMs);
  const [written, setWritten] = useState<string>();
  const isOther = written !== undefined || spanMs === undefined || !choices.includes(spanMs);
  const text = written ?? (spanMs === undefined ? '' : durationWords(spanMs));
  const asked = readSpan(text);
  const isOver = asked !== undefined && asked > maxMs;

  const choose = (value: string) => {
    if (value === other) {
      setWritten('');
      onChange(undefined);
    } else {
      setWritten(undefined);
      onChange(Number(value));
    }
  };
  const write = (value: string) => {
    setWritten(value);
    const span = readSpan(value);
    onChange(span === undefined ? undefined : Math.min(span, maxMs));
  };

  return (
    <fieldset className={classes.field} aria-describedby={id}>
      <legend className={classes.legend}>{label}</legend>
      <Chip.Group value={isOther ? other : String(spanMs)} onChange={choose}>
        <Group gap={8}>
          {choices.map((choice) => (
            <Chip key={choice} value={String(choice)} size="md" radius="md">
              {durationWords(choice)}
            </Chip>
          ))}
          <Chip value={other} size="md" radius="md">
            Other
          </Chip>
        </Group>
      </Chip.Group>
      {isOther && (
        <TextInput
          mt={10}
          maw={220}
          aria-label={`${label}: how long`}
          placeholder="such as 45m or 1h 30m"
          value={text}
          onChange={(event) => write(event.currentTarget.value)}
          error={
            (isMissing || text !== '') && asked === undefined && 'a number with s, m, h or d, such as 45m'
          }
        />
      )}
      <p id={id} className={classes.hint} data-over={isOver}>
        {isOver
          ? `At most ${durationWords(maxMs)}, ${maxReason}: ${durationWords(maxMs)} is taken instead of ${durationWords(asked)}.`
          : `At most ${durationWords(maxMs)}, ${maxReason}.`}
      </p>
    </fieldset>
  );
}
