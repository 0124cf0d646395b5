/** Entries as spans and marks on a line of time: grants and operations last, everything else happens. */
import {
  type Entry,
  fieldOf,
  grantsIn,
  isBad,
  momentOf,
  outcomeOf,
  repositoriesOf,
  textOf,
} from './entry-words.ts';

/** Something that lasted; epoch ms. `isOpen`: its end is not among the entries. */
export interface Span {
  readonly kind: 'grant' | 'operation';
  readonly id: string;
  /** `push to demo/app`: what was granted or done. */
  readonly what: string;
  readonly principalId: string | undefined;
  readonly from: number;
  readonly to: number;
  /** When a grant ends unless something ends it before. */
  readonly plannedEnd: number | undefined;
  readonly isOpen: boolean;
  readonly end: string | undefined;
}

/** Something that happened. */
export interface Mark {
  readonly at: number;
  readonly what: string;
  readonly isBad: boolean;
}

export interface TimeLine {
  readonly from: number;
  readonly to: number;
  readonly spans: readonly Span[];
  readonly marks: readonly Mark[];
}

/** Types that open or close a span rather than being a mark. */
const opening: Readonly<Record<string, Span['kind']>> = {
  'grant.issued': 'grant',
  'operation.started': 'operation',
};
const closing: Readonly<Record<string, Span['kind']>> = {
  'grant.revoked': 'grant',
  'grant.expired': 'grant',
  'operation.ended': 'operation',
};

/**
 * Lays entries out, in whatever order they come; undefined where there is nothing to lay out.
 *
 * @param now where what has not ended ends for now, epoch ms
 */
export function timeLine(entries: readonly Entry[], now: number): TimeLine | undefined {
  const spans = new Map<string, Span>();
  const marks: Mark[] = [];
  for (const entry of entries.toSorted((a, b) => momentOf(a) - momentOf(b))) {
    const type = String(entry.type);
    const at = momentOf(entry);
    const kind = opening[type] ?? closing[type];
    const id = kind === 'grant' ? grantsIn(entry)[0] : String(entry.operationId ?? '');
    const held = id === undefined ? undefined : spans.get(id);
    if (type in opening && kind !== undefined && id) {
      const plannedEnd = typeof entry.endsAt === 'number' && kind === 'grant' ? entry.endsAt : undefined;
      const to = Math.max(at, Math.min(now, plannedEnd ?? now));
      const right = textOf(entry.right) ?? textOf(fieldOf(entry.scope, 'right')) ?? '';
      const verb = right === 'push' ? 'push to' : right;
      const what = `${verb} ${repositoriesOf(entry).join(', ')}`.trim();
      const principalId = textOf(entry.principalId);
      spans.set(id, { kind, id, what, principalId, from: at, to, plannedEnd, isOpen: true, end: undefined });
    } else if (held !== undefined && type in closing) {
      const end = outcomeOf(entry) ?? type.replace(/^\w+\./, '');
      spans.set(held.id, { ...held, to: Math.max(held.from, at), isOpen: false, end });
    } else {
      const what = [type, ...repositoriesOf(entry), outcomeOf(entry)].filter(Boolean).join(' ');
      marks.push({ at, what, isBad: isBad(entry) });
    }
  }
  const all = [...spans.values()];
  const moments = [...all.flatMap(({ from, to }) => [from, to]), ...marks.map(({ at }) => at)];
  if (moments.length === 0) return undefined;
  const from = moments.reduce((a, b) => Math.min(a, b));
  const to = moments.reduce((a, b) => Math.max(a, b));
  return { from, to: Math.max(to, from + 1_000), spans: all, marks };
}
