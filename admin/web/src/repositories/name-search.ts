/** The address of the repositories' screen after its question mark. */
import type { SearchTexts } from '../shell/search-text.ts';

/** `?name=hub/acme/app`, cut to the length a name may have. */
export function readNameSearch({ name }: SearchTexts): { name?: string } {
  return typeof name === 'string' && name !== '' ? { name: name.slice(0, 1_024) } : {};
}
