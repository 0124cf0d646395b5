/** People to pick from, found in what the viewer has on the page anyway. */
import type { Person } from '../api/shapes.ts';
import { visibleString } from '../text/visible-text.ts';

/** `Dana Developer · dana@example.com · P-…`: the id makes it one person's whatever they call themselves. */
export function personLabel({ id, name, email }: Person): string {
  return [name, email, id].flatMap((part) => (part === undefined ? [] : visibleString(part))).join(' · ');
}

/** Each person once, by name. */
export function eachPerson(people: readonly Person[]): readonly Person[] {
  const byId = new Map(people.map((person) => [person.id, { person, label: personLabel(person) }]));
  return [...byId.values()].toSorted((a, b) => a.label.localeCompare(b.label)).map(({ person }) => person);
}

/** The id in what was picked or written: the last word, since a name may hold anything. */
export function personIn(text: string): string {
  return text.trim().split(/\s+/).at(-1) ?? '';
}

/** The first of the texts that ends in nobody's id, since it was written and not picked. */
export function nobodyIn(texts: readonly string[]): string | undefined {
  return texts.find((text) => !/^P-?[0-9A-Z]{8,16}$/i.test(personIn(text)));
}
