/** What the audit has of one person's own operations, newest first, read as far back as it takes and within bounds. */
import type { AdminDeps, AuditPageRead } from './admin-deps.ts';
import type { EndedOperation, OwnOperations } from './schemas/own-operations.ts';
import { outcomeWords } from './views/outcome-words.ts';

type Entry = AuditPageRead['entries'][number];

const operationsAtMost = 50;
const lookBackMs = 30 * 86_400_000;
const entriesAPage = 200;
/** Of somebody whose programs fetch all day long. */
const pagesAtMost = 10;
/** After this no further page is begun; one that is ends by its own bound. */
const readForMs = 1_500;

export interface OwnReading {
  readonly principalId: string;
  /** Those whose last use is asked for: it is looked for until each was seen. */
  readonly credentialIds: readonly string[];
  /** Epoch ms. */
  readonly now: number;
  readonly readAudit: AdminDeps['readAudit'];
  /** Monotonic milliseconds. */
  clock(): number;
}

/** Reads it; of entries that name others too, such as who cut, only what concerns the person is taken. */
export async function readOwnOperations(reading: OwnReading): Promise<Omit<OwnOperations, 'now'>> {
  const { principalId, credentialIds, now, readAudit, clock } = reading;
  const from = now - lookBackMs;
  const giveUpAt = clock() + readForMs;
  const found = new Found();
  let partial = false;
  let since = now;
  let cursor: string | undefined;
  for (let pages = 0; pages < pagesAtMost && clock() < giveUpAt; pages += 1) {
    const page = await readAudit({
      ...{ principalId, type: 'operation', from, first: 'newest', limit: entriesAPage },
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const entry of page.entries) {
      if (entry.principalId === principalId) found.add(entry);
      since = Math.min(since, numberOf(entry.at) ?? since);
    }
    for (const { id, name, email } of page.people) found.names.set(id, name ?? email ?? id);
    partial ||= page.coverage.some(({ missing }) => missing.length > 0);
    cursor = page.cursor;
    if (cursor === undefined) since = from;
    if (cursor === undefined || found.has(operationsAtMost, credentialIds)) break;
  }
  return {
    operations: found.operations(operationsAtMost),
    credentialUses: [...found.uses].map(([credentialId, lastUsedAt]) => ({ credentialId, lastUsedAt })),
    since,
    partial,
  };
}

/** Entries as they are found; what belongs to one operation lies apart in the log. */
class Found {
  readonly uses = new Map<string, number>();
  readonly names = new Map<string, string>();
  readonly #ended: Entry[] = [];
  readonly #started = new Map<string, Entry>();
  readonly #orders = new Map<string, Entry>();

  add(entry: Entry): void {
    const operationId = String(entry.operationId);
    if (entry.type === 'operation.ended') this.#ended.push(entry);
    if (entry.type === 'operation.cut-ordered') this.#orders.set(operationId, entry);
    if (entry.type === 'operation.started') this.#started.set(operationId, entry);
    const usedAt = numberOf(entry.lastAt ?? entry.at);
    const { credentialId } = entry;
    if (typeof credentialId !== 'string' || usedAt === undefined) return;
    this.uses.set(credentialId, Math.max(usedAt, this.uses.get(credentialId) ?? 0));
  }

  /** Whether nothing older can add to the answer. */
  has(operations: number, credentialIds: readonly string[]): boolean {
    return (
      this.#ended.length >= operations &&
      this.#newest(operations).every(({ operationId }) => this.#started.has(String(operationId))) &&
      credentialIds.every((id) => this.uses.has(id))
    );
  }

  operations(limit: number): EndedOperation[] {
    return this.#newest(limit).map((entry) => this.#view(entry));
  }

  #newest(limit: number): readonly Entry[] {
    return this.#ended.toSorted((a, b) => (numberOf(b.at) ?? 0) - (numberOf(a.at) ?? 0)).slice(0, limit);
  }

  #view(ended: Entry): EndedOperation {
    const id = String(ended.operationId);
    const started = this.#started.get(id);
    const order = this.#orders.get(id);
    const right = rightOf(ended.right) ?? rightOf(started?.right);
    const door = doorOf(started?.door);
    const startedAt = numberOf(ended.startedAt) ?? numberOf(started?.at);
    const outcome = String(ended.outcome);
    const reason = typeof ended.reason === 'string' ? ended.reason : undefined;
    const by = order === undefined ? '' : String(order.by);
    return {
      id,
      repository: textOf(ended.repository),
      ...(right === undefined ? {} : { right }),
      ...(door === undefined ? {} : { door }),
      ...(startedAt === undefined ? {} : { startedAt }),
      endedAt: numberOf(ended.at) ?? 0,
      outcome,
      ...(reason === undefined ? {} : { reason }),
      summary: outcomeWords({
        outcome,
        reason,
        order: order && { by: this.names.get(by) ?? by, reason: textOf(order.reason) },
      }),
      bytesUp: numberOf(ended.bytesUp) ?? 0,
      bytesDown: numberOf(ended.bytesDown) ?? 0,
    };
  }
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function rightOf(value: unknown): EndedOperation['right'] {
  return value === 'fetch' || value === 'push' ? value : undefined;
}

function doorOf(value: unknown): EndedOperation['door'] {
  return value === 'https' || value === 'ssh' ? value : undefined;
}

/** What can be read of text from outside. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const { text } = (value ?? {}) as { readonly text?: unknown };
  return typeof text === 'string' ? text : '';
}
