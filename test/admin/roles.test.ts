import { randomBytes } from 'node:crypto';
import t from 'tap';
import { type CallName, calls } from '../../admin/calls.ts';
import type { AccountName } from '../../gateway/demo/accounts.ts';
import { createIds } from '../../gateway/grants/ids.ts';
import { hashKey } from '../../gateway/identity/key-hash.ts';
import {
  hashKeyLinkToken,
  makeKeyLinkCode,
  makeKeyLinkToken,
  makeTicket,
  tokenOfTicket,
} from '../../gateway/identity/key-link.ts';
import type { CredentialScope } from '../../gateway/store/records.ts';
import type { Store } from '../../gateway/store/store.ts';
import { anEd25519Key } from '../ssh/a-key.ts';
import { aKeyLink, aLock, anEvent, anOperation } from '../store/samples.ts';
import { type AdminGateway, anAdminGateway } from './admin-gateway.ts';

const newId = createIds(randomBytes);

const reason = 'look at the incident';
const asked = { scopes: [{ repository: 'hub/app', right: 'fetch' }], duration: '1h', reason };

/** What stands before each call: a request that waits, a grant that lives, an operation on it, a credential and a key, all of the developer; a lock on somebody else. */
async function aSituation(gateway: AdminGateway) {
  const [developer, approver] = [await gateway.token('developer'), await gateway.token('approver')];
  const granted = await gateway.post('/api/requests', { ...asked, duration: '2h' }, developer);
  const approved = await gateway.post(`/api/requests/${granted.body.id}/approve`, {}, approver);
  const waiting = await gateway.post('/api/requests', asked, developer);
  const made = await gateway.post('/api/credentials', { kind: 'git', name: 'x', expiresIn: '1d' }, developer);
  const publicKey = anEd25519Key().line;
  const key = await gateway.post('/api/keys', { name: 'x', publicKey, expiresIn: '1d' }, developer);
  const grantId = approved.body.grantIds[0] as string;
  const { store } = gateway;
  const held = await store.grant(grantId);
  if (held === undefined) throw new Error(`no grant ${grantId}`);
  const operation = anOperation(held.grant, { id: newId('O') });
  const { standing } = await store.stand({ principalId: operation.principalId }, operation.repository);
  await store.enter(operation, standing.seq, 'first');
  await store.standStill(operation.id, 'completed');
  const elsewhere = aLock(await store.now(), {
    id: newId('L'),
    on: { kind: 'principal', principalId: newId('P') },
  });
  await store.lock(elsewhere, anEvent('lock.made'));
  return {
    lockId: elsewhere.id,
    operationId: operation.id,
    requestId: waiting.body.id as string,
    grantId,
    credentialId: made.body.credential.id as string,
    keyId: key.body.id as string,
    linkToken: await anOpenLink(store),
    login: await aClaimedLogin(store, operation.principalId),
    loginToLeave: await aClaimedLogin(store, operation.principalId),
  };
}

async function anOpenLink(store: Store): Promise<string> {
  const { token, hash } = makeKeyLinkToken();
  await store.offerKeyLink(aKeyLink(await store.now(), { hash }));
  return token;
}

/** A sign-in from a command line whose link somebody has taken. */
async function aClaimedLogin(store: Store, principalId: string) {
  const ticket = makeTicket();
  const token = tokenOfTicket(ticket) ?? '';
  const { line: publicKey, blob } = anEd25519Key();
  const { code, codeDigest } = makeKeyLinkCode(token);
  await store.offerKeyLink(
    aKeyLink(await store.now(), {
      hash: hashKeyLinkToken(token) ?? '',
      keyHash: hashKey(blob),
      stage: { kind: 'claimed', principalId, codeDigest },
      certificate: { lifeMs: 600_000 },
    }),
  );
  return { ticket, publicKey, code };
}

type Situation = Awaited<ReturnType<typeof aSituation>>;

/** A new situation for each call that changes something; the others look at the last one. */
function situations(gateway: AdminGateway): (name: CallName) => Promise<Situation> {
  let last: Situation | undefined;
  return async (name) => {
    if (last === undefined || calls[name].method === 'POST') last = await aSituation(gateway);
    return last;
  };
}

/** Each call of the table as it is made here. */
const made: Readonly<Record<CallName, (at: Situation) => readonly [path: string, body?: object]>> = {
  createRequest: () => ['/api/requests', { ...asked, scopes: [{ repository: 'hub/other', right: 'fetch' }] }],
  listRequests: () => ['/api/requests'],
  readRequest: ({ requestId }) => [`/api/requests/${requestId}`],
  approveRequest: ({ requestId }) => [`/api/requests/${requestId}/approve`, {}],
  denyRequest: ({ requestId }) => [`/api/requests/${requestId}/deny`, { comment: 'not now' }],
  withdrawRequest: ({ requestId }) => [`/api/requests/${requestId}/withdraw`, {}],
  listGrants: () => ['/api/grants'],
  revokeGrant: ({ grantId }) => [`/api/grants/${grantId}/revoke`, { reason: 'done' }],
  extendGrant: ({ grantId }) => [`/api/grants/${grantId}/extend`, { duration: '1h', reason }],
  listOperations: () => ['/api/operations?live=true'],
  cutOperation: ({ operationId }) => [`/api/operations/${operationId}/cut`, { reason }],
  listLocks: () => ['/api/locks'],
  makeLock: () => ['/api/locks', { repository: 'hub/app', right: 'push', reason }],
  liftLock: ({ lockId }) => [`/api/locks/${lockId}/lift`, { reason }],
  readNow: () => ['/api/now'],
  readAudit: () => ['/api/audit'],
  countAudit: () => ['/api/audit/counts'],
  replayAudit: () => ['/api/audit/replay'],
  verifyAudit: () => ['/api/audit/verify'],
  signOffReport: () => [
    '/api/audit/report/sign-off',
    { from: '0', to: '9', remarks: 'as it should be', hash: 'a'.repeat(64) },
  ],
  listRules: () => ['/api/rules?repository=hub/app'],
  can: () => ['/api/can?repository=hub/app&right=fetch'],
  listCredentials: () => ['/api/credentials'],
  createCredential: () => ['/api/credentials', { kind: 'git', name: 'y', expiresIn: '1d' }],
  revokeCredential: ({ credentialId }) => [`/api/credentials/${credentialId}/revoke`, {}],
  listKeys: () => ['/api/keys'],
  registerKey: () => ['/api/keys', { name: 'y', publicKey: anEd25519Key().line, expiresIn: '1d' }],
  signCertificate: () => ['/api/ssh/certificates', { publicKey: anEd25519Key().line, expiresIn: '1h' }],
  beginSshLogin: () => ['/api/ssh/logins', { publicKey: anEd25519Key().line }],
  finishSshLogin: ({ login }) => ['/api/ssh/logins/finish', login],
  leaveSshLogin: ({ loginToLeave: { ticket, publicKey } }) => [
    '/api/ssh/logins/leave',
    { ticket, publicKey },
  ],
  revokeKey: ({ keyId }) => [`/api/keys/${keyId}/revoke`, {}],
  readKeyLink: ({ linkToken }) => [`/api/key-links/${linkToken}`],
  showKeyLinkCode: ({ linkToken }) => [`/api/key-links/${linkToken}/code`, {}],
  me: () => ['/api/me'],
  listOwnOperations: () => ['/api/me/operations'],
  health: () => ['/healthz'],
};

/** Developer (whose things they are), approver, auditor, admin, and somebody the provider knows and no rule names. */
type Role = AccountName | 'stranger';
const roles: readonly Role[] = ['developer', 'approver', 'auditor', 'admin', 'stranger'];

/** What each role is answered, in the order above. */
const expected: Readonly<Record<CallName, readonly [number, number, number, number, number]>> = {
  createRequest: [201, 201, 403, 403, 403],
  listRequests: [200, 200, 200, 200, 200],
  readRequest: [200, 200, 200, 200, 404],
  approveRequest: [403, 200, 403, 403, 404],
  denyRequest: [403, 200, 403, 403, 404],
  withdrawRequest: [200, 403, 403, 403, 404],
  listGrants: [200, 200, 200, 200, 200],
  revokeGrant: [200, 200, 403, 200, 404],
  extendGrant: [201, 403, 403, 403, 404],
  listOperations: [200, 200, 200, 200, 200],
  cutOperation: [403, 403, 403, 200, 404],
  listLocks: [403, 403, 200, 200, 403],
  makeLock: [403, 403, 403, 201, 403],
  liftLock: [403, 403, 403, 200, 403],
  readNow: [403, 403, 200, 200, 403],
  readAudit: [403, 403, 200, 403, 403],
  countAudit: [403, 403, 200, 403, 403],
  replayAudit: [403, 403, 200, 403, 403],
  verifyAudit: [403, 403, 200, 403, 403],
  signOffReport: [403, 403, 201, 403, 403],
  listRules: [200, 200, 200, 200, 200],
  can: [200, 200, 200, 200, 200],
  listCredentials: [200, 200, 200, 200, 200],
  createCredential: [201, 201, 201, 201, 201],
  revokeCredential: [200, 404, 404, 404, 404],
  listKeys: [200, 200, 200, 200, 200],
  registerKey: [201, 201, 201, 201, 201],
  signCertificate: [201, 201, 201, 201, 201],
  beginSshLogin: [201, 201, 201, 201, 201],
  finishSshLogin: [201, 201, 201, 201, 201],
  leaveSshLogin: [200, 200, 200, 200, 200],
  revokeKey: [200, 404, 404, 404, 404],
  readKeyLink: [200, 200, 200, 200, 200],
  showKeyLinkCode: [201, 201, 201, 201, 201],
  me: [200, 200, 200, 200, 200],
  listOwnOperations: [200, 200, 200, 200, 200],
  health: [200, 200, 200, 200, 200],
};

const everyProof = ['git', 'read', 'request', 'approve', 'audit'] as const;

/** The credentials each call takes, besides sign-ins and ID tokens. */
const credentials: Readonly<Record<CallName, readonly ('git' | CredentialScope)[]>> = {
  createRequest: ['request'],
  listRequests: ['read'],
  readRequest: ['read'],
  approveRequest: ['approve'],
  denyRequest: ['approve'],
  withdrawRequest: ['request'],
  listGrants: ['read'],
  revokeGrant: ['request', 'approve'],
  extendGrant: ['request'],
  listOperations: ['read'],
  cutOperation: ['approve'],
  listLocks: ['read'],
  makeLock: ['approve'],
  liftLock: ['approve'],
  readNow: ['read'],
  readAudit: ['audit'],
  countAudit: ['audit'],
  replayAudit: ['audit'],
  verifyAudit: ['audit'],
  signOffReport: ['audit'],
  listRules: ['read'],
  can: ['git', 'read'],
  listCredentials: ['read'],
  createCredential: [],
  revokeCredential: ['request'],
  listKeys: ['read'],
  registerKey: [],
  signCertificate: [],
  beginSshLogin: everyProof,
  finishSshLogin: everyProof,
  leaveSshLogin: everyProof,
  revokeKey: ['request'],
  readKeyLink: [],
  showKeyLinkCode: [],
  me: ['read'],
  listOwnOperations: ['read'],
  health: everyProof,
};

/** The calls that need nobody known. */
const open: ReadonlySet<CallName> = new Set(['beginSshLogin', 'finishSshLogin', 'leaveSshLogin', 'health']);

/** The calls that only a role of the configuration gives. */
const adminsOnly: ReadonlySet<CallName> = new Set([
  'cutOperation',
  'listLocks',
  'makeLock',
  'liftLock',
  'readNow',
]);

const names = Object.keys(calls) as CallName[];

function make(gateway: AdminGateway, name: CallName, at: Situation, bearer: string | undefined) {
  const [path, body] = made[name](at);
  return body === undefined ? gateway.get(path, bearer) : gateway.post(path, body, bearer);
}

const tokenOf = (gateway: AdminGateway, role: Role): Promise<string> =>
  role === 'stranger'
    ? gateway.token('developer', { sub: 'stranger', email: 'stranger@demo.example', groups: [] })
    : gateway.token(role);

for (const [index, role] of roles.entries()) {
  void t.test(`as ${role} every call is answered as the table says`, async (t) => {
    const gateway = await anAdminGateway(t);
    const token = await tokenOf(gateway, role);
    const situation = situations(gateway);
    for (const name of names) {
      const answer = await make(gateway, name, await situation(name), token);
      t.equal(answer.status, expected[name][index], `${name}: ${JSON.stringify(answer.body).slice(0, 200)}`);
    }
  });
}

void t.test(
  'without a credential every call is 401 but /healthz and the sign-in from a command line',
  async (t) => {
    const gateway = await anAdminGateway(t);
    const at = await aSituation(gateway);
    for (const name of names) {
      const { status } = await make(gateway, name, at, undefined);
      t.equal(status, open.has(name) ? calls[name].status : 401, name);
    }
  },
);

for (const proof of ['git', 'read', 'request', 'approve', 'audit'] as const) {
  void t.test(
    `a credential ${proof === 'git' ? 'for git' : `with the scope ${proof}`} opens its calls and no other`,
    async (t) => {
      const gateway = await anAdminGateway(t);
      // Of the person for whom every call would do, had they signed in: only the credential is in the way.
      const owner = proof === 'approve' ? 'approver' : proof === 'audit' ? 'auditor' : 'developer';
      const secretOf = (account: AccountName) =>
        proof === 'git' ? gateway.credential(account, 'git') : gateway.credential(account, 'api', [proof]);
      const [secret, adminsSecret] = [await secretOf(owner), await secretOf('admin')];
      const situation = situations(gateway);
      for (const name of names) {
        const answer = await make(
          gateway,
          name,
          await situation(name),
          adminsOnly.has(name) ? adminsSecret : secret,
        );
        const isOpen = credentials[name].includes(proof);
        t.equal(answer.status === 200 || answer.status === 201, isOpen, `${name}: ${answer.status}`);
        if (isOpen) continue;
        t.match(
          answer,
          { status: 403, body: { error: /^(git-credential|scope-missing|sign-in-needed)$/ } },
          name,
        );
      }
    },
  );
}

void t.test('an api credential of the owner ends only own grants without the scope approve', async (t) => {
  const gateway = await anAdminGateway(t);
  const { grantId } = await aSituation(gateway);
  const secret = await gateway.credential('approver', 'api', ['request', 'read']);
  t.match(await gateway.post(`/api/grants/${grantId}/revoke`, { reason: 'x' }, secret), {
    status: 403,
    body: { error: 'scope-missing' },
  });
});

void t.test('groups confirmed too long ago give no role, and the answer says to sign in again', async (t) => {
  const gateway = await anAdminGateway(t, {}, '5m');
  const [auditor, approver] = [
    await gateway.credential('auditor', 'api', ['audit']),
    await gateway.credential('approver', 'api', ['approve', 'read']),
  ];
  const { requestId } = await aSituation(gateway);
  gateway.skew(6 * 60_000);
  t.match(await gateway.get('/api/audit', auditor), {
    status: 403,
    body: { error: 'groups-stale', message: /sign in again/, signIn: /^\/login/ },
  });
  const approving = await gateway.post(`/api/requests/${requestId}/approve`, {}, approver);
  t.match(approving, { status: 403, body: { error: 'groups-stale' } });
});
