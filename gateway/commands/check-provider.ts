/** Whether the identity provider answers as sign-ins will need it. */
import { readFile } from 'node:fs/promises';
import type { OidcConfig } from '../../config/schema.ts';
import { discoveryAddress } from '../identity/discovery.ts';
import { providerFetch } from '../identity/provider-fetch.ts';
import type { Finding } from '../store/redis/inspect.ts';
import { clockFinding } from './check-clock.ts';

/** Reads the discovery document and compares issuer and clock. Rejects when it cannot be read. */
export async function providerFindings(oidc: OidcConfig, now: () => number): Promise<readonly Finding[]> {
  const address = discoveryAddress(oidc);
  const ca = oidc.caFile === undefined ? undefined : await readFile(oidc.caFile, 'utf8');
  const sentAt = now();
  const answer = await providerFetch(ca)(address, { headers: { accept: 'application/json' } });
  const gotAt = now();
  const findings: Finding[] = [];
  const document: unknown = await answer.json().catch(() => undefined);
  if (answer.status !== 200 || document === null || typeof document !== 'object') {
    findings.push({
      ok: false,
      text: `${address} answers ${answer.status} and no discovery document`,
      mend: 'look at oidc.issuer; where the provider is reached by another name, set oidc.discoveryUrl',
    });
  } else {
    findings.push(issuerFinding(oidc, (document as { issuer?: unknown }).issuer));
    findings.push(...missingFindings(document));
  }
  const date = Date.parse(answer.headers.get('date') ?? '');
  if (!Number.isNaN(date))
    findings.push(clockFinding('the identity provider', date, { sentAt, gotAt, grainMs: 1_000 }));
  return findings;
}

/** Both spellings stand in the text, since they are compared character by character. */
function issuerFinding(oidc: OidcConfig, issuer: unknown): Finding {
  const spelled = JSON.stringify(issuer)?.slice(0, 300) ?? 'nothing';
  const text = `the provider spells its issuer ${spelled}, the file has ${JSON.stringify(oidc.issuer)}`;
  if (issuer === oidc.issuer) return { ok: true, text };
  return {
    ok: false,
    text,
    mend: 'write oidc.issuer exactly as the provider spells it, slash at the end included',
  };
}

function missingFindings(document: object): Finding[] {
  const fields = document as Record<string, unknown>;
  const missing = ['authorization_endpoint', 'token_endpoint', 'jwks_uri'].filter(
    (name) => typeof fields[name] !== 'string',
  );
  if (missing.length === 0) return [];
  return [
    {
      ok: false,
      text: `the provider's document lacks ${missing.join(', ')}`,
      mend: 'use a provider that offers the code flow',
    },
  ];
}
