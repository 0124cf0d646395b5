/** The shapes that several types of entry share. */
import { type Static, type TEnum, type TSchema, Type } from 'typebox';

/** Text from outside: see `OutsideText`. */
export const Text = Type.Union([
  Type.String(),
  Type.Object({
    text: Type.String(),
    bytes: Type.String({ contentEncoding: 'base64' }),
    length: Type.Optional(Type.Integer({ minimum: 0 })),
    sha256: Type.Optional(Type.String({ pattern: '^[0-9a-f]{64}$' })),
  }),
]);

/** A kebab-case word of ours: a reason, a cause, the kind of an alarm. */
export const Word = Type.String({ pattern: '^[a-z0-9]+(-[a-z0-9]+)*$' });
/** An id of ours: a prefix and Crockford base32, or a random one. */
export const Id = Type.String({ minLength: 1, maxLength: 128 });
/** Epoch ms. */
export const At = Type.Integer();
/** Whole numbers from zero. */
export const Count = Type.Integer({ minimum: 0 });

/** One of a few words. */
export function oneOf<Words extends string[]>(...words: [...Words]): TEnum<Words> {
  return Type.Enum<Words>(words);
}

export const Right = oneOf('fetch', 'push');
export const Door = oneOf('https', 'ssh');
export const UpdateKind = oneOf('create', 'update', 'delete');

const MayAsk = oneOf('yes', 'not-in-policy', 'groups-stale');

/** What a grant covers or a request asks for. */
export const Scope = Type.Object({
  repository: Text,
  right: Right,
  refs: Type.Array(Text),
  kinds: Type.Array(UpdateKind),
});

/** What a decision was made from: replay decides again from it, and compares it with the state rebuilt from the log. */
export const Basis = Type.Object({
  /** The store's `seq` at the read. */
  seq: Count,
  /** The store's time at the read. */
  now: At,
  grants: Type.Array(
    Type.Object({
      id: Id,
      version: Count,
      endsAt: At,
      state: oneOf('live', 'unrecorded', 'expired', 'revoked'),
    }),
  ),
  locks: Type.Array(Type.Object({ id: Id, until: Type.Optional(At) })),
  /** Hash of the policy that was in force. */
  policy: Type.String(),
  /** Groups of the principal, as the provider said. */
  groups: Type.Array(Text),
  /** When the provider vouched for them. */
  groupsAt: Type.Optional(At),
  /** What the policy says of the principal's asking for each right. */
  mayAsk: Type.Optional(Type.Object({ fetch: MayAsk, push: MayAsk })),
  /** Version of the deciding rules. */
  decide: Count,
});

/** Where an operation or a refused attempt came from. */
export const origin = {
  door: Door,
  /** The address that counts, by the trusted-proxy rule. */
  address: Type.String(),
  /** The address of the socket, when it is another. */
  peer: Type.Optional(Type.String()),
  /** User agent or SSH software version. */
  client: Type.Optional(Text),
};

/** On entries that record a change of the store: which one, so that it counts once whoever wrote it. */
export const fromStore = {
  /** The store's `seq` of this event. */
  storeSeq: Type.Optional(Count),
  /** The store's time of the change. */
  storeAt: Type.Optional(At),
  /** Which store: numbers of different stores are not compared. */
  store: Type.Optional(Id),
  /** The node that had claimed the event before and may have written it too. */
  adoptedFrom: Type.Optional(Id),
};

/** An entry's schema: its type beside its fields. */
export function entryOf<Name extends string, Fields extends Record<string, TSchema>>(
  type: Name,
  fields: Fields,
) {
  return Type.Object({ type: Type.Literal(type), ...fields });
}

/** A type as callers may hand it in: read-only, and what is optional may be undefined. */
export type Given<T> = T extends readonly (infer Item)[]
  ? readonly Given<Item>[]
  : T extends object
    ? {
        readonly [K in keyof T]: Record<string, never> extends Pick<T, K>
          ? Given<T[K]> | undefined
          : Given<T[K]>;
      }
    : T;

/** What a decision was made from. */
export type EntryBasis = Given<Static<typeof Basis>>;
