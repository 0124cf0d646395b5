/** Entries of the data path: what one fetch or push did, and what was refused. */
import { Type } from 'typebox';
import {
  At,
  Basis,
  Count,
  entryOf,
  fromStore,
  Id,
  oneOf,
  origin,
  Right,
  Text,
  UpdateKind,
  Word,
} from './entry-parts.ts';

const operation = { operationId: Id, principalId: Id, repository: Text };

const update = { ref: Text, oldId: Type.String(), newId: Type.String() };

/** Durable before the first upstream byte. */
export const OperationStarted = entryOf('operation.started', {
  ...operation,
  ...origin,
  right: Right,
  upstream: Type.Optional(Id),
  credentialId: Type.Optional(Id),
  /** Version of git's protocol. */
  protocol: Type.Optional(Count),
  /** The grants it rests on, and the first end among them. */
  grantIds: Type.Array(Id),
  endsAt: At,
  /** The request whose answer it waited for, refused at first. */
  requestId: Type.Optional(Id),
  basis: Basis,
});

/** Every ref update of a push as it goes up; durable before the commands do. */
export const PushCommands = entryOf('push.commands', {
  ...operation,
  updates: Type.Array(Type.Object({ ...update, kind: UpdateKind })),
  options: Type.Optional(Type.Array(Text)),
  atomic: Type.Optional(Type.Boolean()),
  /** The push carries a signed certificate. */
  signed: Type.Optional(Type.Boolean()),
  grantIds: Type.Array(Id),
  endsAt: Type.Optional(At),
  basis: Type.Optional(Basis),
});

/** The push passed the gate; durable before the pack's trailer goes up. */
export const PushReleased = entryOf('push.released', {
  ...operation,
  grantIds: Type.Array(Id),
  /** The store's `seq` and time of the passage. */
  passedSeq: Type.Optional(Count),
  passedAt: Type.Optional(At),
  bytes: Type.Optional(Count),
  basis: Type.Optional(Basis),
});

/** What became of each ref update, by the host's report or by asking it afterwards. */
export const PushSettled = entryOf('push.settled', {
  ...operation,
  updates: Type.Array(
    Type.Object({
      ...update,
      outcome: oneOf('applied', 'refused', 'cut', 'unknown'),
      /** The host's own words. */
      message: Type.Optional(Text),
    }),
  ),
  learnedBy: oneOf('report', 'inquiry', 'gateway'),
});

/** An operator's order to cut one operation; what came of it is in the operation's own entries. */
export const OperationCutOrdered = entryOf('operation.cut-ordered', {
  ...fromStore,
  operationId: Id,
  principalId: Id,
  repository: Type.Optional(Text),
  by: Id,
  reason: Text,
});

/** How an operation ended. `interrupted`: its node died; another node or the restarted one wrote this. */
export const OperationEnded = entryOf('operation.ended', {
  ...operation,
  right: Type.Optional(Right),
  outcome: oneOf(
    'completed',
    'advertised',
    'cut',
    'refused',
    'client-left',
    'upstream-failed',
    'interrupted',
    'failed',
  ),
  /** Why it was cut, refused or failed. */
  reason: Type.Optional(Word),
  detail: Type.Optional(Text),
  /** The grant or lock whose change ended it. */
  grantId: Type.Optional(Id),
  lockId: Type.Optional(Id),
  grantIds: Type.Optional(Type.Array(Id)),
  /** Bytes of git data from and to the client. */
  bytesUp: Count,
  bytesDown: Count,
  startedAt: Type.Optional(At),
  requests: Type.Optional(Type.Array(Type.Object({ id: Id, what: Word, status: Type.Optional(Count) }))),
  /** The node whose operation it was, when another node wrote the end. */
  adoptedFrom: Type.Optional(Id),
});

/** An attempt of a known principal that was not let through, or `count` equal ones between `firstAt` and `lastAt`. */
export const OperationRefused = entryOf('operation.refused', {
  operationId: Type.Optional(Id),
  principalId: Id,
  credentialId: Type.Optional(Id),
  /** Absent when one principal was refused on too many repositories to name each. */
  repository: Type.Optional(Text),
  right: Type.Optional(Right),
  reason: Word,
  ...origin,
  count: Type.Integer({ minimum: 1 }),
  firstAt: At,
  lastAt: At,
  grantId: Type.Optional(Id),
  lockId: Type.Optional(Id),
  /** It waited for the answer to this request, and the wait ended so: it stays refused. */
  requestId: Type.Optional(Id),
  waitEnded: Type.Optional(
    oneOf(
      'denied',
      'lapsed',
      'withdrawn',
      'timed-out',
      'client-left',
      'too-many',
      'not-asked',
      'stopping',
      'gone',
    ),
  ),
  updates: Type.Optional(Type.Array(Type.Object({ ...update, kind: UpdateKind }))),
  basis: Type.Optional(Basis),
});

/** Refusals before anybody was known, counted over a minute per address and reason; without address: of all others. */
export const DoorRefused = entryOf('door.refused', {
  door: Type.Optional(oneOf('https', 'ssh')),
  address: Type.Optional(Type.String()),
  reason: Word,
  count: Type.Integer({ minimum: 1 }),
  firstAt: At,
  lastAt: At,
});
