/** Picks the people whom a lock lets through, by name or by id. */
import { TagsInput } from '@mantine/core';
import { visibleString } from '../text/visible-text.ts';
import { useOfferedPeople } from './offered-people.ts';
import { nobodyIn, personIn } from './people-seen.ts';

/** The API takes no more. */
const most = 100;

/** What the field holds: labels of `people-seen.ts` or ids, and the text that is none of them yet. */
export interface Excepted {
  readonly picked: readonly string[];
  readonly typed: string;
}

/** All that was named, what was typed last included. */
export function namedIn({ picked, typed }: Excepted): readonly string[] {
  return typed.trim() === '' ? picked : [...picked, typed];
}

/** @param wasTried whether to say that the text being typed is nobody's id
 * @param onChange told what to make of what is held, since picking changes both parts of it */
export function ExceptField({
  value,
  wasTried,
  onChange,
}: {
  value: Excepted;
  wasTried: boolean;
  onChange: (change: (value: Excepted) => Excepted) => void;
}) {
  const offered = useOfferedPeople();
  const nobody = nobodyIn(wasTried ? namedIn(value) : value.picked);
  const picked = value.picked.map(personIn);
  return (
    <TagsInput
      label="Except (if you like)"
      description="Who may go on, such as those who deal with the incident."
      placeholder={picked.length === 0 ? 'Names, addresses or P-…' : ''}
      value={[...value.picked]}
      onChange={(labels) => onChange((held) => ({ ...held, picked: labels }))}
      searchValue={value.typed}
      onSearchChange={(typed) => onChange((held) => ({ ...held, typed }))}
      // A line more, while somebody presses the button below, would move it away from under them.
      acceptValueOnBlur={false}
      data={offered.filter((label) => !picked.includes(personIn(label)))}
      isDuplicate={(text, all) => all.some((other) => personIn(other) === personIn(text))}
      error={
        nobody !== undefined &&
        `“${visibleString(nobody).slice(0, 60)}” is nobody’s id: take it out, and pick from the list or give an id (P-…).`
      }
      maxTags={most}
      splitChars={[',', ';']}
      limit={8}
      maxLength={1_024}
      clearable
      autoComplete="off"
      autoCapitalize="none"
      spellCheck={false}
    />
  );
}
