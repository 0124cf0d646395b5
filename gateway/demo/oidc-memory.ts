/** Where the demo's identity provider keeps what it must remember: this process, until it ends. */

/** One thing the provider remembers; the fields by which it is found again besides its id. */
interface Remembered {
  readonly uid?: string;
  readonly userCode?: string;
  readonly grantId?: string;
  consumed?: number;
}

/** What oidc-provider calls for each of its models: see its docs on adapters. */
export interface Adapter {
  upsert(id: string, payload: Remembered, expiresInSeconds?: number): Promise<void>;
  find(id: string): Promise<Remembered | undefined>;
  findByUid(uid: string): Promise<Remembered | undefined>;
  findByUserCode(userCode: string): Promise<Remembered | undefined>;
  consume(id: string): Promise<void>;
  destroy(id: string): Promise<void>;
  revokeByGrantId(grantId: string): Promise<void>;
}

/** Makes the factory of adapters that one provider, and those that follow it with other keys, share. */
export function oidcMemory(): (model: string) => Adapter {
  const models = new Map<string, Map<string, { payload: Remembered; endsAt: number }>>();
  return (model) => {
    const kept = models.get(model) ?? new Map<string, { payload: Remembered; endsAt: number }>();
    models.set(model, kept);
    const find = (fits: (id: string, payload: Remembered) => boolean) => {
      for (const [id, { payload, endsAt }] of kept) {
        if (endsAt <= Date.now()) kept.delete(id);
        else if (fits(id, payload)) return payload;
      }
      return undefined;
    };
    return {
      async upsert(id, payload, expiresInSeconds = Number.POSITIVE_INFINITY) {
        kept.set(id, { payload, endsAt: Date.now() + expiresInSeconds * 1000 });
      },
      find: async (id) => find((each) => each === id),
      findByUid: async (uid) => find((_, payload) => payload.uid === uid),
      findByUserCode: async (userCode) => find((_, payload) => payload.userCode === userCode),
      async consume(id) {
        const found = kept.get(id);
        if (found !== undefined) found.payload.consumed = Math.floor(Date.now() / 1000);
      },
      async destroy(id) {
        kept.delete(id);
      },
      async revokeByGrantId(grantId) {
        for (const [id, { payload }] of kept) if (payload.grantId === grantId) kept.delete(id);
      },
    };
  };
}
