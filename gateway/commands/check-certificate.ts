/** Whether the certificate on disk would serve the people who come to `publicUrl`. */
import { readFile } from 'node:fs/promises';
import { uncoveredHosts } from '../../certs/hosts.ts';
import { fittingPair } from '../../certs/server-certificate.ts';
import type { Config } from '../../config/schema.ts';
import type { Finding } from '../store/redis/inspect.ts';

const dayMs = 86_400_000;
/** Sooner than this a renewal is late. */
const renewBeforeDays = 14;

/** One finding for names, one for the end. Rejects when the files cannot be read or are no pair. */
export async function certificateFindings(
  { https, publicUrl }: Config,
  now: number,
): Promise<readonly Finding[]> {
  if (https.tls.kind === 'none') return [{ ok: true, text: 'https: no TLS here, behind trusted proxies' }];
  const { certificateFile, keyFile } = https.tls;
  const [certificate, key] = await Promise.all([
    readFile(certificateFile, 'utf8'),
    readFile(keyFile, 'utf8'),
  ]);
  const { endsAt } = fittingPair(certificate, key, now);
  const days = Math.floor((endsAt - now) / dayMs);
  const { hostname } = new URL(publicUrl);
  return [
    uncoveredHosts(certificate, [hostname]).length === 0
      ? { ok: true, text: `certificate is for ${hostname}` }
      : {
          ok: false,
          text: `certificate ${certificateFile} is not for ${hostname}`,
          mend: 'get one whose names hold the host of publicUrl',
        },
    days > renewBeforeDays
      ? { ok: true, text: `certificate is good for ${days} days` }
      : {
          ok: false,
          text: `certificate is good for ${days} days only`,
          mend: 'renew it; the new one is picked up while running',
        },
  ];
}
