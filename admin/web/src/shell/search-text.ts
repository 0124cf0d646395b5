/** The part of an address after the question mark, as plain texts: links come from prompts and mails, not from this page alone. */

/** One text, or several under one name. */
export type SearchTexts = Readonly<Record<string, string | readonly string[]>>;

/** Reads `?right=push&ref=a&ref=b`. */
export function readSearch(search: string): SearchTexts {
  const params = new URLSearchParams(search);
  const names = new Set(params.keys());
  return Object.fromEntries(
    [...names].map((name) => {
      const all = params.getAll(name);
      return [name, all.length === 1 ? (all[0] ?? '') : all];
    }),
  );
}

/** Writes it; names without a value are left out. Slashes stay slashes, so that a ref can be read in the address. */
export function writeSearch(search: Readonly<Record<string, unknown>>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    for (const text of Array.isArray(value) ? value : [value]) {
      if (typeof text === 'string') params.append(name, text);
    }
  }
  const text = params.toString().replaceAll('%2F', '/');
  return text === '' ? '' : `?${text}`;
}
