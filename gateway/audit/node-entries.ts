/** Entries of the node itself: its life, its policy, and the segments it writes. */
import { Type } from 'typebox';
import { Count, entryOf, Id, Text, Word } from './entry-parts.ts';

/** A policy came into force. `document` holds it in pieces that joined are its JSON, without secrets. */
export const PolicyLoaded = entryOf('policy.loaded', {
  /** The hash that decisions name. */
  policy: Type.String(),
  rules: Count,
  document: Type.Optional(Type.Array(Type.String())),
});

export const NodeStarted = entryOf('node.started', {
  node: Id,
  version: Type.String(),
  store: Type.Optional(Type.Object({ kind: Word, id: Type.Optional(Id) })),
});

export const NodeStopped = entryOf('node.stopped', {
  node: Id,
  reason: Type.Optional(Word),
  /** Operations that were still running. */
  running: Type.Optional(Count),
});

export const NodeAlarm = entryOf('node.alarm', {
  node: Id,
  alarm: Word,
  message: Text,
  count: Type.Optional(Count),
});

/** The signed head of the chain. Nothing may stand between `signature` and `prev`; what is signed is in docs/audit-format.md. */
export const AuditCheckpoint = entryOf('audit.checkpoint', {
  /** Which key signed. */
  key: Type.String({ pattern: '^[0-9a-f]{16}$' }),
  /** The next checkpoint has at most so many other lines before it. */
  every: Type.Integer({ minimum: 3 }),
  /** How far other chains were, as their nodes had told the store. */
  heads: Type.Array(Type.Object({ chain: Id, seq: Count, hash: Type.String() })),
  signature: Type.String({ pattern: '^[A-Za-z0-9_-]{86}$' }),
});

/** The first line of a segment. */
export const SegmentOpened = entryOf('segment.opened', {
  /** 1 for the first segment of a chain, then rising; a number whose file never held a line is left out. */
  segment: Type.Integer({ minimum: 1 }),
  node: Id,
  /**
   * Where the chain stood: the entry before this one ends at byte `offset` of segment `segment`. What lies behind it, there
   * and in segments in between, was never acknowledged and does not count. Absent in the first segment.
   */
  after: Type.Optional(Type.Object({ segment: Type.Integer({ minimum: 1 }), offset: Count })),
});

/** The last line of a segment that was closed in order. */
export const SegmentClosed = entryOf('segment.closed', {
  segment: Type.Integer({ minimum: 1 }),
  reason: Word,
});

/** What was left behind the last entry that counts, in a segment that was not closed. */
export const SegmentTorn = entryOf('segment.torn', {
  segment: Type.Integer({ minimum: 1 }),
  /** The first byte that does not count. */
  offset: Count,
  /** How many follow, how many newlines are among them, and their SHA-256; absent when they could not be read. */
  bytes: Type.Optional(Count),
  lines: Type.Optional(Count),
  sha256: Type.Optional(Type.String()),
});

/** A closed segment whose time of keeping is over, and that is deleted once this is durable. The oldest go first. */
export const SegmentDeleted = entryOf('segment.deleted', {
  segment: Type.Integer({ minimum: 1 }),
  /** Its first and last entry that count, and the last one's hash; absent where none does. */
  firstSeq: Type.Optional(Count),
  lastSeq: Type.Optional(Count),
  lastHash: Type.Optional(Type.String({ pattern: '^[0-9a-f]{64}$' })),
  /** Of the segment's bytes, uncompressed, and how many those are. */
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  bytes: Count,
  /** Whether a copy with these bytes lies in the archive. */
  archived: Type.Boolean(),
});
