/** The API over HTTP, with a real identity provider and the in-process store; what goes into the audit is kept in an array. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Test } from 'tap';
import type { AdminDeps } from '../../admin/admin-deps.ts';
import { createAdmin } from '../../admin/server.ts';
import { parseConfig } from '../../config/load.ts';
import type { Config } from '../../config/schema.ts';
import type { AccountName } from '../../gateway/demo/accounts.ts';
import { startOidcProvider } from '../../gateway/demo/oidc.ts';
import { createAftermath } from '../../gateway/grants/aftermath.ts';
import type { Elevating } from '../../gateway/grants/elevating.ts';
import { createElevations } from '../../gateway/grants/elevations.ts';
import { createIds } from '../../gateway/grants/ids.ts';
import { createInterventions } from '../../gateway/grants/interventions.ts';
import { compilePolicy } from '../../gateway/grants/policy.ts';
import { clientAddressReader } from '../../gateway/identity/client-address.ts';
import { makeSecret } from '../../gateway/identity/credential.ts';
import { oidcProvider } from '../../gateway/identity/oidc.ts';
import { providerFetch } from '../../gateway/identity/provider-fetch.ts';
import { rechecks } from '../../gateway/identity/recheck.ts';
import { refreshSeal } from '../../gateway/identity/refresh-seal.ts';
import { pause } from '../../gateway/pause.ts';
import { memoryStore } from '../../gateway/store/memory-store.ts';
import type { Credential, CredentialScope } from '../../gateway/store/records.ts';
import type { EventDraft, OutboxEvent, Store } from '../../gateway/store/store.ts';
import { aBrowser } from './browser.ts';

export const publicUrl = 'https://gw.test';

const configText = (issuer: string, groupsMaxAge: string): string => `
publicUrl: ${publicUrl}
https: { listen: 127.0.0.1:8443, certificate: gateway.crt, key: gateway.key }
ssh: { listen: 127.0.0.1:0, hostKeys: [host.key] }
store: { kind: memory }
oidc: { issuer: "${issuer}", clientId: sluice, clientSecretFile: secret, groupsMaxAge: ${groupsMaxAge} }
roles: { approver: [approvers], auditor: [auditors], admin: [admins] }
upstreams:
  hub: { kind: generic, url: https://hub.test }
repositories:
  - match: hub/critical
    critical: true
    requesters: [developers]
    fetch: { approval: 1, maxDuration: 1h }
  - match: hub/open
    requesters: [everyone]
    fetch: { approval: automatic, maxDuration: 1h }
  - match: hub/**
    requesters: [developers, approvers]
    fetch: { approval: 1, maxDuration: 4h }
    push: { approval: 1, maxDuration: 2h, refs: [refs/heads/**] }
audit: { directory: audit }
`;

/** With which certificates are signed. */
const { privateKey: authorityKey } = generateKeyPairSync('ed25519');

/** A running API and everything a test may turn. */
export type AdminGateway = Awaited<ReturnType<typeof anAdminGateway>>;

/** Starts one; it ends with the test. */
export async function anAdminGateway(
  t: Test,
  changed: Partial<AdminDeps> = {},
  groupsMaxAge = '12h',
  {
    configure = (config: Config): Config => config,
    port = 0,
    noteUse = undefined as Store['noteUse'] | undefined,
  } = {},
) {
  const provider = await startOidcProvider({
    clientId: 'sluice',
    clientSecret: 'secret',
    redirectUris: [`${publicUrl}/oidc/callback`],
    postLogoutRedirectUris: [`${publicUrl}/`],
    remembers: true,
    ...(port === 0 ? {} : { backchannelLogoutUri: `http://127.0.0.1:${port}/oidc/backchannel-logout` }),
  });
  t.teardown(() => provider.close());
  const parsed = parseConfig(configText(provider.issuer, groupsMaxAge), '/etc/sluice/sluice.yaml');
  if (parsed.kind === 'faulty') throw new Error(JSON.stringify(parsed.faults));
  const config = configure(parsed.config);
  const readAddress = clientAddressReader(config.https.trustedProxies);

  let skewMs = 0;
  const now = () => Date.now() + skewMs;
  const newId = createIds(randomBytes);
  const entries: (OutboxEvent | EventDraft)[] = [];
  const memory = memoryStore({ nodeId: 'n', now });
  const store: Store = noteUse === undefined ? memory : { ...memory, noteUse };
  const troubles: unknown[] = [];
  const alarms: string[] = [];
  const oidc = oidcProvider({
    config: config.oidc,
    clientSecret: async () => 'secret',
    fetch: providerFetch(),
    now,
  });
  const asking = rechecks({
    store,
    provider: oidc,
    seal: refreshSeal(randomBytes(32)),
    settle: (events) => deps.settle(events),
    settleInForce: (events) => deps.settleInForce(events),
    newLockId: () => newId('L'),
    newPrincipalId: () => newId('P'),
    endWithSignIn: () => config.credentials.endWithSignIn,
    spans: () => config.oidc.recheck,
    clock: now,
    after(_ms, work) {
      setImmediate(work);
      return () => undefined;
    },
    onTrouble: (error) => void troubles.push(error),
    onAlarm: (message) => void alarms.push(message),
  });
  const elevating: Elevating = {
    store,
    policy: () => policy,
    settle: (events) => deps.settle(events),
    settleInForce: (events) => deps.settleInForce(events),
    newId,
    aftermath: createAftermath({
      store,
      storeGraceMs: () => 60_000,
      clock: () => performance.now(),
      pause,
    }),
    record: async (draft) => void entries.push(draft),
  };
  const deps: AdminDeps = {
    config: () => config,
    node: 'n',
    store,
    policy: () => policy,
    elevations: createElevations(elevating),
    interventions: createInterventions(elevating),
    provider: oidc,
    keepRefresh: (principalId, sid, refresh) => asking.keep(principalId, sid, refresh),
    hookSecret: async () => undefined,
    newId,
    settle: async (events) => {
      entries.push(...events);
      await store.acknowledge(events.map(({ seq }) => seq));
    },
    async settleInForce(events) {
      await deps.settle(events);
      return true;
    },
    record: async (draft) => void entries.push(draft),
    readAudit: async () => ({
      entries: [{ seq: 1, type: 'node.started' }],
      people: [],
      place: '1:0',
      coverage: [],
    }),
    countAudit: async () => ({ kind: 'answered', answer: { spanMs: 100, stretches: [], coverage: [] } }),
    replayAudit: async () => ({ kind: 'answered', answer: { people: [] } }),
    accessReport: async (from, to) => ({
      kind: 'answered',
      answer: {
        report: {
          ...{ from, to, hash: 'a'.repeat(64), grants: [], neverUsed: [], refusals: [] },
          ...{ rules: [], gaps: [], reviews: [] },
        },
        html: '<!doctype html>',
      },
    }),
    verifyAudit: async () => ({
      kind: 'answered',
      answer: { standing: 'unattested', lines: [], chains: [], anchor: 'none' },
    }),
    auditRead: async () => undefined,
    onAudited: () => () => undefined,
    canonicalName: (name) => (/^hub\/[a-z/-]+$/.test(name) ? name : undefined),
    clientAddress: ({ remoteAddress }, headers) => readAddress(remoteAddress, headers),
    ssh: () => ({ host: 'gw.test', port: 2222 }),
    sshAuthority: () => ({
      key: authorityKey,
      fingerprint: 'SHA256:of-the-authority',
      longestLifeMs: 3_600_000,
    }),
    knownHosts: () => ['# SHA256:abc ssh-ed25519', '[gw.test]:2222 ssh-ed25519 AAAA'],
    webRoot: aBuiltPage(t),
    log: pino({ level: 'silent' }),
    ...changed,
  };
  const policy = compilePolicy(config);
  const admin = await createAdmin(deps);
  const server = createServer(admin.handler);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  t.teardown(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await admin.close();
  });

  /** The principal of an account, enrolled as a sign-in would. */
  const principalOf = async (account: AccountName) => {
    const token = await provider.idToken(account);
    return (await get('/api/me', token)).body.principal as { id: string };
  };
  const get = (path: string, bearer?: string) => call('GET', path, undefined, bearer);
  const post = (path: string, body: unknown, bearer?: string) => call('POST', path, body, bearer);
  async function call(method: string, path: string, body: unknown, bearer?: string) {
    const response = await fetch(address + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return read(response);
  }

  return {
    address,
    provider,
    store,
    entries,
    config,
    admin,
    asking,
    troubles,
    alarms,
    get,
    post,
    principalOf,
    skew(ms: number) {
      skewMs = ms;
    },
    token: (account: AccountName, claims?: Readonly<Record<string, unknown>>) =>
      provider.idToken(account, claims),
    browser: () => aBrowser(address, publicUrl),
    /** Gives an account a credential without the API. */
    async credential(account: AccountName, kind: 'git' | 'api', scopes: readonly CredentialScope[] = []) {
      const { id: principalId } = await principalOf(account);
      const { secret, hash, shown } = makeSecret(kind);
      const createdAt = now();
      const endsAt = createdAt + 3_600_000;
      const credential: Credential = {
        id: newId('C'),
        principalId,
        kind,
        scopes,
        name: 'test',
        shown,
        hash,
        createdAt,
        endsAt,
      };
      await store.issueCredential(credential, { type: 'credential.issued', body: {} });
      return secret;
    },
  };
}

/** An answer with its body as JSON, or as `{text}`. */
export async function read(response: Response) {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of every shape
  const body: any = isJson ? JSON.parse(text) : { text };
  return { status: response.status, headers: response.headers, body };
}

function aBuiltPage(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-page-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Sluice</title>');
  writeFileSync(join(folder, 'assets/page-a1B2c3D4.js'), 'export {};');
  writeFileSync(join(folder, 'secret.txt'), 'not for the web');
  return folder;
}
