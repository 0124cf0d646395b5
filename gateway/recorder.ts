/** What the conductor writes to the audit: one start, one outcome for each operation; refusals, folded when they repeat. */
import type { Admitted, Turned } from './admission.ts';
import { entryBasis } from './audit/basis.ts';
import type { EntryOf } from './audit/entry.ts';
import { type OutsideText, outsideText } from './audit/outside-text.ts';
import type { RefUpdate } from './git/ref-update.ts';
import type { ClientAddress } from './identity/client-address.ts';
import type { OpenOperation, Outcome } from './operations.ts';
import type { OperationPassed, Right } from './store/records.ts';

/** Where a call came from, as the audit keeps it. */
export interface Origin {
  readonly door: 'https' | 'ssh';
  readonly address: ClientAddress;
  readonly client: string | undefined;
}

function originOf({ door, address, client }: Origin) {
  return {
    door,
    address: address.address,
    ...(address.peer === address.address ? {} : { peer: address.peer }),
    ...(client === undefined ? {} : { client: outsideText(client, 512) }),
  };
}

/** `operation.started`: durable before the first upstream byte. */
export function startedEntry(
  operationId: string,
  { who, ask, decision, judged }: Admitted,
  origin: Origin,
  protocol: number,
  waitedFor?: string,
): EntryOf<'operation.started'> {
  return {
    type: 'operation.started',
    operationId,
    principalId: who.principal.id,
    repository: outsideText(ask.repository),
    ...originOf(origin),
    right: ask.right,
    upstream: ask.repository.slice(0, ask.repository.indexOf('/')),
    credentialId: who.credential.id,
    protocol,
    grantIds: decision.grantIds,
    endsAt: decision.endsAt,
    ...(waitedFor === undefined ? {} : { requestId: waitedFor }),
    basis: entryBasis(decision.basis, judged),
  };
}

/** A push's list of ref updates as entries hold it. */
export function updateEntries(updates: readonly RefUpdate[]): {
  ref: OutsideText;
  oldId: string;
  newId: string;
  kind: RefUpdate['kind'];
}[] {
  return updates.map(({ ref, refBytes, oldId, newId, kind }) => ({
    ref: outsideText(refBytes ?? ref),
    oldId,
    newId,
    kind,
  }));
}

/** `push.commands`: durable before the commands go up. */
export function commandsEntry(
  operationId: string,
  { who, ask, decision, judged }: Admitted,
  push: {
    readonly updates: readonly RefUpdate[];
    readonly options: readonly (string | Buffer)[];
    readonly atomic: boolean;
    readonly signed: boolean;
  },
): EntryOf<'push.commands'> {
  return {
    type: 'push.commands',
    operationId,
    principalId: who.principal.id,
    repository: outsideText(ask.repository),
    updates: updateEntries(push.updates),
    options: push.options.map((option) => outsideText(option)),
    atomic: push.atomic,
    signed: push.signed,
    grantIds: decision.grantIds,
    endsAt: decision.endsAt,
    basis: entryBasis(decision.basis, judged),
  };
}

/** `push.released`: durable before the host can have the whole push. */
export function releasedEntry(
  operation: OpenOperation,
  { seq, at }: OperationPassed,
): EntryOf<'push.released'> {
  return {
    type: 'push.released',
    operationId: operation.id,
    principalId: operation.principalId,
    repository: outsideText(operation.key.repository),
    grantIds: operation.grantIds,
    passedSeq: seq,
    passedAt: at,
    bytes: operation.bytesUp,
  };
}

/** What became of each update. */
export type SettledUpdate = EntryOf<'push.settled'>['updates'][number];

/** Pairs each update with the host's word on it. */
export function settledUpdates(
  updates: readonly RefUpdate[],
  verdictOf: (update: RefUpdate) => { readonly outcome: SettledUpdate['outcome']; readonly message?: string },
): SettledUpdate[] {
  return updates.map((update) => {
    const { outcome, message } = verdictOf(update);
    const { ref, refBytes, oldId, newId } = update;
    return {
      ref: outsideText(refBytes ?? ref),
      oldId,
      newId,
      outcome,
      ...(message === undefined ? {} : { message: outsideText(message, 512) }),
    };
  });
}

/** `push.settled`: the host's verdict for each ref. */
export function settledEntry(
  operation: Pick<OpenOperation, 'id' | 'principalId'> & {
    readonly key: Pick<OpenOperation['key'], 'repository'>;
  },
  updates: readonly SettledUpdate[],
  learnedBy: 'report' | 'gateway' | 'inquiry',
): EntryOf<'push.settled'> {
  return {
    type: 'push.settled',
    operationId: operation.id,
    principalId: operation.principalId,
    repository: outsideText(operation.key.repository),
    updates,
    learnedBy,
  };
}

/** `operation.ended`: one for each start. */
export function endedEntry(operation: OpenOperation, outcome: Outcome): EntryOf<'operation.ended'> {
  return {
    type: 'operation.ended',
    operationId: operation.id,
    principalId: operation.principalId,
    repository: outsideText(operation.key.repository),
    right: operation.key.right,
    ...outcome,
    grantIds: operation.grantIds,
    bytesUp: operation.bytesUp,
    bytesDown: operation.bytesDown,
    startedAt: operation.openedAt,
    requests: operation.exchanges,
  };
}

/** A wait of a refused call that changed nothing: how it ended, and for which request, when it was asked for at all. */
export interface WaitFor {
  readonly requestId?: string;
  readonly ended: NonNullable<EntryOf<'operation.refused'>['waitEnded']>;
}

/** One refused attempt of a known principal, for the folding of refusals. */
export function refusedEntry(
  { who, refused, decision, judged, now }: Turned & { readonly who: NonNullable<Turned['who']> },
  origin: Origin,
  repository: string,
  right: Right,
  updates: readonly RefUpdate[],
  waited?: WaitFor,
): EntryOf<'operation.refused'> {
  return {
    type: 'operation.refused',
    principalId: who.principal.id,
    credentialId: who.credential.id,
    repository: outsideText(repository, 1024),
    right,
    reason: refused.reason,
    ...originOf(origin),
    count: 1,
    firstAt: now,
    lastAt: now,
    ...('grantId' in refused && refused.grantId !== undefined ? { grantId: refused.grantId } : {}),
    ...('lock' in refused ? { lockId: refused.lock.id } : {}),
    ...(waited?.requestId === undefined ? {} : { requestId: waited.requestId }),
    ...(waited === undefined ? {} : { waitEnded: waited.ended }),
    ...(updates.length > 0 ? { updates: updateEntries(updates) } : {}),
    ...(decision === undefined || judged === undefined ? {} : { basis: entryBasis(decision.basis, judged) }),
  };
}
