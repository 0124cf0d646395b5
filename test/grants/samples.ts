/** A policy, people and an in-process store for tests of the verbs. */
import { randomBytes } from 'node:crypto';
import { parseConfig } from '../../config/load.ts';
import { createAftermath } from '../../gateway/grants/aftermath.ts';
import type { Elevating } from '../../gateway/grants/elevating.ts';
import { createElevations, type Elevations } from '../../gateway/grants/elevations.ts';
import { createIds } from '../../gateway/grants/ids.ts';
import { createInterventions, type Interventions } from '../../gateway/grants/interventions.ts';
import { compilePolicy, type Policy } from '../../gateway/grants/policy.ts';
import { isRefusal } from '../../gateway/grants/refusal.ts';
import { pause } from '../../gateway/pause.ts';
import { newBook } from '../../gateway/store/memory/book.ts';
import { memoryStore } from '../../gateway/store/memory-store.ts';
import type { ElevationRequest, Principal } from '../../gateway/store/records.ts';
import type { EventDraft, OutboxEvent, Store } from '../../gateway/store/store.ts';

export const minute = 60_000;
export const hour = 60 * minute;

const rules = `
  - match: hub/critical
    critical: true
    requesters: [developers]
    fetch: { approval: 1, maxDuration: 1h }
  - match: hub/open
    requesters: [everyone]
    fetch: { approval: automatic, maxDuration: 1h }
  - match: hub/ask
    requesters: [developers]
    fetch: { approval: ask, maxDuration: 2h }
  - match: hub/pay
    requesters: [developers]
    push: { approval: [{ from: leads, count: 1 }, { from: security, count: 1 }], maxDuration: 1h, refs: [refs/heads/**] }
  - match: hub/two
    requesters: [developers]
    fetch: { approval: 2, maxDuration: 4h, decideWithin: 10m }
  - match: hub/**
    requesters: [developers]
    fetch: { approval: 1, maxDuration: 4h }
    push: { approval: 1, maxDuration: 2h, refs: [refs/heads/**], kinds: [create, update] }
`;

/** The policy of these rules over one upstream, `hub`. */
export function aPolicy(text = rules, kind: 'generic' | 'github' = 'generic'): Policy {
  const loaded = parseConfig(
    `publicUrl: https://gw.test
https: { listen: 127.0.0.1:0, tls: none, trustedProxies: [127.0.0.1/32] }
store: { kind: memory }
oidc: { issuer: https://login.test, clientId: sluice, clientSecretFile: none, groupsMaxAge: 12h }
roles: { approver: [approvers], auditor: [auditors], admin: [admins] }
upstreams: { hub: { kind: ${kind}, url: https://hub.test } }
repositories:${text}
audit: { directory: none }
`,
    'sluice.yaml',
  );
  if (loaded.kind === 'faulty')
    throw new Error(
      loaded.faults.map(({ line, field, message }) => `${line} ${field} ${message}`).join('\n'),
    );
  return compilePolicy(loaded.config);
}

/** A store with a clock, the verbs over it, and what they wrote. */
export interface Town {
  readonly store: Store;
  readonly elevations: Elevations;
  readonly interventions: Interventions;
  readonly events: OutboxEvent[];
  readonly drafts: EventDraft[];
  policy: Policy;
  now: number;
  person(name: string, groups: readonly string[], change?: Partial<Principal>): Promise<Principal>;
}

/** A store on a clock that only the test moves, the verbs over it, and what they wrote to the audit. */
export function aTown(change: Pick<Elevating, 'allowCriticalAnswersAtSsh'> = {}): Town {
  const newId = createIds(randomBytes);
  const events: OutboxEvent[] = [];
  const drafts: EventDraft[] = [];
  const store = memoryStore({ nodeId: 'a', book: newBook(() => town.now) });
  const elevating: Elevating = {
    store,
    policy: () => town.policy,
    newId,
    async settle(settled) {
      // Somewhere else things go on while the entry is written.
      await new Promise((resolve) => setImmediate(resolve));
      events.push(...settled);
      await store.acknowledge(settled.map(({ seq }) => seq));
    },
    async settleInForce(settled) {
      await elevating.settle(settled);
      return true;
    },
    aftermath: createAftermath({ store, storeGraceMs: () => minute, clock: () => performance.now(), pause }),
    record: async (draft) => void drafts.push(draft),
    ...change,
  };
  const town: Town = {
    now: Date.UTC(2026, 10, 25, 12),
    policy: aPolicy(),
    store,
    events,
    drafts,
    elevations: createElevations(elevating),
    interventions: createInterventions(elevating),
    person: (name, groups, change = {}) =>
      store.enrol(
        {
          issuer: 'https://login.test',
          subject: name,
          name,
          email: `${name}@x.test`,
          emailVerified: true,
          groups,
          ...change,
        },
        newId('P'),
      ),
  };
  return town;
}

/** The people of most tests, by what they are in. */
export async function people(town: Town) {
  return {
    dev: await town.person('dev', ['developers']),
    ana: await town.person('ana', ['approvers', 'leads']),
    bob: await town.person('bob', ['approvers', 'security']),
    eve: await town.person('eve', ['leads', 'security']),
  };
}

/** Asks for one scope, and fails the test when it is refused. */
export async function asked(
  town: Town,
  by: Principal,
  repository: string,
  right: 'fetch' | 'push' = 'fetch',
  durationMs = hour,
): Promise<ElevationRequest> {
  const request = await town.elevations.ask({
    by,
    scopes: [{ repository, right }],
    durationMs,
    reason: 'because it is needed',
  });
  if (isRefusal(request)) throw new Error(request.text);
  return request;
}

/** An approval as asked, by somebody who signed in this moment. */
export const approving = (request: ElevationRequest, by: Principal, town: Town) => ({
  requestId: request.id,
  by,
  authenticatedAt: town.now,
});
