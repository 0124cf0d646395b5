/** What an audit entry is about, found in whatever fields its type has. */

/** An entry as it stands in the chain. */
export type Entry = Readonly<Record<string, unknown>>;

/** The entries of an answer: the API's shapes leave open what stands in one. */
export function entriesOf(answered: readonly unknown[]): readonly Entry[] {
  return answered.filter((entry): entry is Entry => typeof entry === 'object' && entry !== null);
}

/** Text of a field: a string, or what can be read of text that JSON could not hold. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  const text = fieldOf(value, 'text');
  return typeof text === 'string' ? text : undefined;
}

/** A field of what may be an object. */
export function fieldOf(value: unknown, field: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[field] : undefined;
}

/** The names of repositories in it, each once. */
export function repositoriesOf(entry: Entry): readonly string[] {
  const scopes = [entry.scope, entry.on, ...(Array.isArray(entry.scopes) ? entry.scopes : [])];
  const named = [entry.repository, ...scopes.map((scope) => fieldOf(scope, 'repository'))];
  return [...new Set(named.flatMap((name) => textOf(name) ?? []))];
}

/** Ids of the people in it: who did it first, then whom it concerns. */
export function peopleIn(entry: Entry): readonly string[] {
  const ids = [entry.by, entry.principalId, fieldOf(entry.on, 'principalId')];
  return [...new Set(ids.filter((id) => typeof id === 'string'))];
}

/** The ids of grants in it. */
export function grantsIn(entry: Entry): readonly string[] {
  const all = [entry.grantId, ...(Array.isArray(entry.grantIds) ? entry.grantIds : [])];
  return [...new Set(all.filter((id) => typeof id === 'string'))];
}

/** What it says beside people, repositories and outcome: refs of a push, the end of a grant, what was read. `at` puts a moment in words. */
export function detailOf(entry: Entry, at: (moment: number) => string): string | undefined {
  const { updates, endsAt, requestId, what, asked } = entry;
  const right = textOf(entry.right) ?? textOf(fieldOf(entry.scope, 'right'));
  const refs = Array.isArray(updates)
    ? updates.flatMap((update) => textOf(fieldOf(update, 'ref')) ?? [])
    : [];
  const door = textOf(entry.door);
  const parts = [
    right,
    refs.join(', '),
    door === 'https' || door === 'ssh' ? `over ${door.toUpperCase()}` : undefined,
    String(entry.type).startsWith('grant.') && typeof endsAt === 'number' ? `until ${at(endsAt)}` : undefined,
    String(entry.type).startsWith('request.') ? textOf(requestId) : undefined,
    entry.type === 'audit.read' ? [textOf(what), askedWords(asked)].filter(Boolean).join(': ') : undefined,
  ];
  const text = parts.filter((part) => part !== undefined && part !== '').join(' · ');
  return text === '' ? undefined : text;
}

/** A query as a person reads it: `from=2026-11-25T14:05:00Z order=newest`. */
function askedWords(asked: unknown): string {
  const pairs = [...new URLSearchParams(textOf(asked))];
  return pairs.map(([name, value]) => `${name}=${value}`).join(' ');
}

/** How it came out, in a word or two, where its type has such a thing. */
export function outcomeOf(entry: Entry): string | undefined {
  return [entry.outcome, entry.reason, entry.verdict, entry.message, entry.comment].flatMap(
    (value) => textOf(value) ?? [],
  )[0];
}

/** Whether it says that somebody was stopped or something went wrong. */
export function isBad({ type, outcome }: Entry): boolean {
  const words = `${String(type)} ${String(outcome ?? '')}`;
  return /refused|denied|revoked|cut|lock\.made|alarm|interrupted|attempted|unknown/.test(words);
}

/** `1 entry`, `2,000 entries`. */
export function entriesWords(count: number): string {
  return `${count.toLocaleString('en')} ${count === 1 ? 'entry' : 'entries'}`;
}

/** The moment of an entry, epoch ms. */
export function momentOf({ at }: Entry): number {
  return typeof at === 'number' ? at : 0;
}

/** The one name an entry has. */
export function placeOf({ chain, seq }: Entry): string {
  return `${String(chain)} ${String(seq)}`;
}
