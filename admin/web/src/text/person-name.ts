/** What a person is called on the page. */
import type { Person } from '../api/shapes.ts';
import { visibleString } from './visible-text.ts';

/** The name, else the address, else the id; written so that it is safe in labels too. */
export function personName({ name, email, id }: Person): string {
  return visibleString(name ?? email ?? id).slice(0, 120);
}
