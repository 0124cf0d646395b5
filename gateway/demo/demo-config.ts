/** The demo's configuration, written as an operator would write it. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What the configuration is made from; `directory` holds the secrets it names. */
export interface DemoConfigFacts {
  readonly directory: string;
  readonly publicUrl: string;
  readonly port: number;
  readonly sshPort: number;
  readonly hostUrl: string;
  readonly issuer: string;
  readonly storeUrl: string | undefined;
}

/** Writes the text of `sluice.yaml`; a Redis password goes into a file of its own. */
export async function demoConfig({
  directory,
  publicUrl,
  port,
  sshPort,
  hostUrl,
  issuer,
  storeUrl,
}: DemoConfigFacts): Promise<string> {
  return `publicUrl: ${publicUrl}
https: { listen: "127.0.0.1:${port}", certificate: certs/gateway.crt, key: certs/gateway.key }
ssh:
  listen: "127.0.0.1:${sshPort}"
  hostKeys: [certs/ssh_host_ed25519_key]
  userCertificates: { authorityKey: certs/ssh_user_ca }
ops: { listen: "127.0.0.1:0" }
store: ${await storeOf(directory, storeUrl)}
oidc: { issuer: "${issuer}", clientId: sluice, clientSecretFile: oidc.secret, groupsClaim: groups }
roles: { approver: [approvers], auditor: [auditors], admin: [admins] }
upstreams:
  demo:
    kind: generic
    url: ${hostUrl}
    allowPlainHttp: true
    credential:
      fetch: { username: reader, passwordFile: fetch.secret }
      push: { username: writer, passwordFile: push.secret }
repositories:
  - match: demo/slow
    requesters: [developers]
    fetch: { approval: [{ from: approvers, count: 1 }], maxDuration: 40s }
  - match: demo/vault
    critical: true
    requesters: [developers]
    fetch: { approval: [{ from: approvers, count: 1 }], maxDuration: 30m, ticketPattern: "OPS-[0-9]+" }
  - match: demo/**
    requesters: [developers]
    fetch: { approval: [{ from: approvers, count: 1 }], maxDuration: 8h }
    push: { approval: [{ from: approvers, count: 1 }], maxDuration: 8h, refs: [refs/heads/**] }
audit: { directory: audit, signingKeyFile: certs/audit.key, witness: { file: checkpoints.jsonl } }
limits: { drain: 1s }
log: { level: error }
`;
}

async function storeOf(directory: string, storeUrl: string | undefined): Promise<string> {
  if (storeUrl === undefined) return '{ kind: memory }';
  const { hostname, port, username, password } = new URL(storeUrl);
  const who = [];
  if (username !== '') who.push(`username: "${decodeURIComponent(username)}"`);
  if (password !== '') {
    await writeFile(join(directory, 'redis.secret'), `${decodeURIComponent(password)}\n`, { mode: 0o600 });
    who.push('passwordFile: redis.secret');
  }
  return `{ ${['kind: redis', `addresses: ["${hostname}:${port || 6379}"]`, ...who, 'integrityKeyFile: certs/store.key'].join(', ')} }`;
}
