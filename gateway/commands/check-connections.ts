/** Tries everything a configuration names that is not in the file itself; one finding each, with what to do about it. */

import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { fittingPair } from '../../certs/server-certificate.ts';
import type { Config, UpstreamConfig } from '../../config/schema.ts';
import { openSecrets, readIntegrityKey, type Secrets } from '../../config/secrets.ts';
import { discoveryAddress } from '../identity/discovery.ts';
import { providerFetch } from '../identity/provider-fetch.ts';
import { createHttpForwarder } from '../relay/http-forwarder.ts';
import { openUpstream } from '../relay/upstream.ts';
import { openStore } from '../store/open.ts';
import type { Finding } from '../store/redis/inspect.ts';

/** Clocks further apart than this make sign-ins fail and times in the audit mislead. */
const clockToleranceMs = 5_000;
const patienceMs = 10_000;

export async function checkConnections(config: Config): Promise<readonly Finding[]> {
  const secrets = openSecrets();
  const tried = await Promise.all([
    guarded('certificate', () => certificateFinding(config)),
    guarded('identity provider', () => providerFindings(config, secrets)),
    guarded('store', () => storeFindings(config, secrets)),
    ...[...config.upstreams.values()].map((upstream) =>
      guarded(`upstream ${upstream.name}`, () => upstreamFindings(upstream, secrets)),
    ),
  ]);
  return tried.flat();
}

async function guarded(what: string, look: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<readonly Finding[]>((resolve) => {
    timer = setTimeout(
      () => resolve([{ ok: false, text: `${what} did not answer within ${patienceMs / 1000} s` }]),
      patienceMs,
    );
  });
  const looked = look().catch((error: unknown): readonly Finding[] => [
    { ok: false, text: `${what}: ${error instanceof Error ? error.message : String(error)}` },
  ]);
  return await Promise.race([looked, late]).finally(() => clearTimeout(timer));
}

async function certificateFinding({ https, publicUrl }: Config): Promise<readonly Finding[]> {
  if (https.tls.kind === 'none') return [{ ok: true, text: 'https: no TLS here, behind trusted proxies' }];
  const { certificateFile, keyFile } = https.tls;
  const [certificate, key] = await Promise.all([
    readFile(certificateFile, 'utf8'),
    readFile(keyFile, 'utf8'),
  ]);
  const { endsAt } = fittingPair(certificate, key, Date.now());
  const { hostname } = new URL(publicUrl);
  const days = Math.floor((endsAt - Date.now()) / 86_400_000);
  const fits =
    new X509Certificate(certificate).checkHost(hostname) !== undefined ||
    new X509Certificate(certificate).checkIP(hostname) !== undefined;
  return [
    fits
      ? { ok: days > 14, text: `certificate is for ${hostname} and good for ${days} days` }
      : {
          ok: false,
          text: `certificate ${certificateFile} is not for ${hostname}`,
          mend: 'get one whose names hold the host of publicUrl',
        },
  ];
}

async function providerFindings({ oidc }: Config, secrets: Secrets): Promise<readonly Finding[]> {
  const address = discoveryAddress(oidc);
  const sentAt = Date.now();
  const answer = await providerFetch(
    oidc.caFile === undefined ? undefined : readFileSync(oidc.caFile, 'utf8'),
  )(address, {});
  const { issuer } = (await answer.json()) as { issuer?: unknown };
  const findings: Finding[] = [
    issuer === oidc.issuer
      ? { ok: true, text: `identity provider ${oidc.issuer}` }
      : {
          ok: false,
          text: `the provider at ${address} spells its issuer ${JSON.stringify(issuer)}, the file has ${JSON.stringify(oidc.issuer)}`,
          mend: 'write oidc.issuer exactly as the provider spells it, slash at the end included',
        },
  ];
  const date = Date.parse(answer.headers.get('date') ?? '');
  if (!Number.isNaN(date)) findings.push(clockFinding('the identity provider', date, sentAt, 1_000));
  if (oidc.clientSecret !== undefined) await secrets.read(oidc.clientSecret);
  return findings;
}

async function storeFindings({ store: config }: Config, secrets: Secrets): Promise<readonly Finding[]> {
  if (config.kind === 'memory')
    return [{ ok: true, text: 'store: in this process, for one node and for trying out' }];
  const findings: Finding[] = [];
  const store = await openStore(config, {
    nodeId: 'check-config',
    secret: (source) => secrets.read(source),
    integrityKey: (source) => readIntegrityKey(secrets, source),
    onTampered: () => undefined,
    onTrouble: () => undefined,
    onFinding: (finding) => findings.push({ ...finding, text: `store: ${finding.text}` }),
  });
  try {
    const sentAt = Date.now();
    findings.push(clockFinding('the store', await store.now(), sentAt, 0));
  } finally {
    await store.close();
  }
  return findings;
}

/** @param grainMs how coarse the other clock is shown */
function clockFinding(whose: string, theirs: number, ours: number, grainMs: number): Finding {
  const apart = Math.max(0, Math.abs(theirs - ours) - grainMs);
  return apart <= clockToleranceMs
    ? { ok: true, text: `clock agrees with that of ${whose}` }
    : {
        ok: false,
        text: `clock is ${Math.round(apart / 1000)} s from that of ${whose}`,
        mend: 'keep this machine’s clock by NTP',
      };
}

/** Asks for a repository that is not there: a host that knows the credential says 404, one that does not says 401 or 403. */
async function upstreamFindings(config: UpstreamConfig, secrets: Secrets): Promise<readonly Finding[]> {
  const ca = config.caFile === undefined ? undefined : await readFile(config.caFile, 'utf8');
  const forwarder = createHttpForwarder({
    ca: () => ca,
    connectMs: patienceMs,
    allowPrivateAddresses: config.allowPrivateAddresses,
  });
  const upstream = openUpstream(config, forwarder, (source) => secrets.read(source));
  try {
    const findings: Finding[] = [];
    for (const right of ['fetch', 'push'] as const) {
      const service = right === 'fetch' ? 'git-upload-pack' : 'git-receive-pack';
      const { answer } = await upstream.send({
        method: 'GET',
        path: 'sluice-check/no-such-repository',
        endpoint: `/info/refs?service=${service}`,
        headers: { accept: '*/*', 'user-agent': 'git/2 sluice' },
        body: Readable.from([]),
        fresh: true,
        right,
      });
      const { statusCode = 0 } = await answer.then((message) => message.resume());
      findings.push(
        statusCode === 401 || statusCode === 403
          ? {
              ok: false,
              text: `upstream ${config.name} does not accept the ${right} credential (${statusCode})`,
              mend: `look at upstreams.${config.name}.credential.${right}`,
            }
          : { ok: statusCode < 500, text: `upstream ${config.name} answers for ${right} (${statusCode})` },
      );
    }
    return findings;
  } finally {
    forwarder.close();
  }
}
