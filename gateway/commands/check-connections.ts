/** Tries everything a configuration names that is not in the file itself; one finding each, with what to do about it. */
import type { Config, UpstreamSsh } from '../../config/schema.ts';
import { openSecrets, readHookSecret, SecretError } from '../../config/secrets.ts';
import type { Finding } from '../store/redis/inspect.ts';
import {
  archiveFindings,
  auditFindings,
  witnessFileFindings,
  witnessWebhookFindings,
} from './check-audit.ts';
import { certificateFindings } from './check-certificate.ts';
import { failureMend, failureText } from './check-failure.ts';
import { providerFindings } from './check-provider.ts';
import { sshHostFindings } from './check-ssh-host.ts';
import { storeFindings } from './check-store.ts';
import { upstreamFindings } from './check-upstream.ts';

/** All findings, in the order of the file's sections. Never rejects for what it finds. */
export async function checkConnections(config: Config, patienceMs = 10_000): Promise<readonly Finding[]> {
  const warnings: Finding[] = [];
  const secrets = openSecrets({
    onWarning: (text) =>
      warnings.push({ ok: false, text, mend: 'chmod 600, owned by the user the gateway runs as' }),
  });
  const look = (what: string, section: string, work: (late: AbortSignal) => Promise<readonly Finding[]>) =>
    guarded(what, section, patienceMs, work);
  const { audit, oidc, hooks, limits } = config;
  const tried = await Promise.all([
    look('certificate', 'https', () => certificateFindings(config, Date.now())),
    look('store', 'store', () => storeFindings(config.store, secrets, Date.now)),
    look('identity provider', 'oidc', () => providerFindings(oidc, Date.now)),
    look('client secret', 'oidc', async () => {
      if (oidc.clientSecret !== undefined) await secrets.read(oidc.clientSecret);
      return [];
    }),
    look('hook secret', 'hooks.deactivated', async () => {
      if (hooks.deactivated === undefined) return [];
      await readHookSecret(secrets, hooks.deactivated.secret);
      return [{ ok: true, text: 'the secret of hooks.deactivated has the form of Standard Webhooks' }];
    }),
    ...[...config.upstreams.values()].flatMap((upstream) => {
      const { name, url, ssh } = upstream;
      const overHttp = () =>
        look(`upstream ${name}`, `upstreams.${name}`, (late) =>
          upstreamFindings(upstream, secrets, limits.upstreamConnectMs, late),
        );
      const bySsh = (at: UpstreamSsh) =>
        look(`upstream ${name} by SSH`, `upstreams.${name}.ssh`, () =>
          sshHostFindings(upstream, at, limits.upstreamConnectMs),
        );
      return [...(url === undefined ? [] : [overHttp()]), ...(ssh === undefined ? [] : [bySsh(ssh)])];
    }),
    look('audit', 'audit', () => auditFindings(audit)),
    look('audit archive', 'audit.archive', () => archiveFindings(audit)),
    look('audit witness file', 'audit.witness.file', () => witnessFileFindings(audit)),
    look('audit witness', 'audit.witness.webhook', (late) => witnessWebhookFindings(audit, secrets, late)),
  ]);
  return [...tried.flat(), ...warnings];
}

async function guarded(
  what: string,
  section: string,
  patienceMs: number,
  work: (late: AbortSignal) => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<readonly Finding[]>((resolve) => {
    timer = setTimeout(() => {
      const text = `${what} did not answer within ${patienceMs / 1_000} s`;
      resolve([{ ok: false, text, mend: `look at ${section}, and at what stands between` }]);
      abort.abort();
    }, patienceMs);
  });
  const looked = work(abort.signal).catch((error: unknown): readonly Finding[] => [
    {
      ok: false,
      text: error instanceof SecretError ? error.message : `${what}: ${failureText(error)}`,
      mend:
        failureMend(error, `${section}${section === 'store' ? '.tls' : ''}.caFile`) ?? `look at ${section}`,
    },
  ]);
  return await Promise.race([late, looked]).finally(() => clearTimeout(timer));
}
