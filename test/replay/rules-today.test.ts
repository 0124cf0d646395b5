import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { parseConfig } from '../../config/load.ts';
import { policyHash, policyText } from '../../config/policy-hash.ts';
import { accessReport } from '../../gateway/replay/access-report.ts';
import { chains } from '../audit/logs.ts';
import { unlikeDocument } from './report-shape.ts';

const parsed = parseConfig(
  `
publicUrl: https://gw.test
https: { listen: 127.0.0.1:8443, certificate: gateway.crt, key: gateway.key }
store: { kind: memory }
oidc: { issuer: "https://login.test", clientId: sluice, clientSecretFile: secret }
roles: { approver: [leads], auditor: [auditors], admin: [admins] }
upstreams:
  hub: { kind: generic, url: https://hub.test }
repositories:
  - match: hub/secret
    critical: true
    requesters: [payments, "email:ana@test.example"]
    push: { approval: [{ from: security, count: 1 }, { from: "email:gone@test.example", count: 1 }], maxDuration: 1h }
  - match: hub/**
    requesters: [everyone]
    fetch: { approval: automatic, maxDuration: 1h }
    push: { approval: 1, maxDuration: 1h }
audit: { directory: audit }
`,
  '/etc/sluice/sluice.yaml',
);
if (parsed.kind === 'faulty') throw new Error(JSON.stringify(parsed.faults));
const { config } = parsed;
const loaded = {
  type: 'policy.loaded',
  policy: policyHash(config),
  rules: 2,
  document: [policyText(config)],
};
const signedIn = (principalId: string, groups: readonly string[]) => ({
  type: 'sign-in.opened',
  principalId,
  groups,
});

void t.test('the report says who may ask today, and which approvers never signed in', async (t) => {
  const directory = await chains(t, {
    'A-AAAAAAAAAAAAAAAA': [
      loaded,
      signedIn('P-ANA', []),
      signedIn('P-BO', ['payments']),
      signedIn('P-BO', ['others']),
      signedIn('P-CY', ['payments', 'security']),
    ],
  });
  const ana = {
    id: 'P-ANA',
    issuer: 'https://login.test',
    subject: 'ana',
    name: 'Ana',
    email: 'ana@test.example',
  };
  await writeFile(join(directory, 'people.jsonl'), `${JSON.stringify(ana)}\n`);
  const report = await accessReport([directory], 0, 1);
  t.strictSame(unlikeDocument(report), []);
  const { today } = report;
  const everyone = [{ id: 'P-ANA', name: 'Ana' }, { id: 'P-BO' }, { id: 'P-CY' }];
  t.strictSame(today, [
    {
      rule: 'hub/secret',
      critical: true,
      right: 'push',
      requesters: ['group:payments', 'email:ana@test.example'],
      mayAsk: [{ id: 'P-ANA', name: 'Ana' }, { id: 'P-CY' }],
      approvers: [
        { from: ['group:security'], count: 1, signedIn: [{ id: 'P-CY' }], neverSignedIn: [] },
        {
          from: ['email:gone@test.example'],
          count: 1,
          signedIn: [],
          neverSignedIn: ['email:gone@test.example'],
        },
      ],
    },
    {
      rule: 'hub/**',
      critical: false,
      right: 'fetch',
      requesters: ['everyone'],
      mayAsk: everyone,
      approvers: [],
    },
    {
      rule: 'hub/**',
      critical: false,
      right: 'push',
      requesters: ['everyone'],
      mayAsk: everyone,
      approvers: [{ from: ['role:approver'], count: 1, signedIn: [], neverSignedIn: ['role:approver'] }],
    },
  ]);
});

void t.test('an altered policy is not taken for today’s', async (t) => {
  const altered = { ...loaded, document: [policyText(config).replace('payments', 'everybody')] };
  const directory = await chains(t, { 'A-AAAAAAAAAAAAAAAA': [altered] });
  t.equal((await accessReport([directory], 0, 1)).today, undefined);
});
