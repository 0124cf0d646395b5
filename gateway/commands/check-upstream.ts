/** Whether a Git host answers, and takes what the gateway shows it. */
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { UpstreamConfig } from '../../config/schema.ts';
import type { Secrets } from '../../config/secrets.ts';
import { createHttpForwarder } from '../relay/http-forwarder.ts';
import { openUpstream } from '../relay/upstream.ts';
import type { Finding } from '../store/redis/inspect.ts';

/** A name that nobody gave a repository. */
const nowhere = 'sluice-check/no-such-repository';

/**
 * Asks for a repository that is not there, once for each right: a host that takes the credential says 404, one that does
 * not says 401. Rejects when the host cannot be reached or a secret not be read;
 * `late` breaks off a host that does not answer.
 */
export async function upstreamFindings(
  config: UpstreamConfig,
  secrets: Secrets,
  connectMs: number,
  late: AbortSignal,
): Promise<readonly Finding[]> {
  const ca = config.caFile === undefined ? undefined : await readFile(config.caFile, 'utf8');
  const { allowPrivateAddresses } = config;
  const forwarder = createHttpForwarder({ ca: () => ca, connectMs, allowPrivateAddresses });
  const upstream = openUpstream(config, forwarder, (source) => secrets.read(source));
  try {
    const findings: Finding[] = [];
    for (const right of ['fetch', 'push'] as const) {
      const service = right === 'fetch' ? 'git-upload-pack' : 'git-receive-pack';
      const asked = await upstream.send({
        method: 'GET',
        path: nowhere,
        endpoint: `/info/refs?service=${service}`,
        headers: { accept: '*/*', 'user-agent': 'git/2 sluice' },
        body: Readable.from([]),
        fresh: true,
        right,
      });
      const giveUp = (): void => asked.destroy(new Error('no answer in time'));
      late.addEventListener('abort', giveUp, { once: true });
      const { statusCode = 0 } = await asked.answer.then((message) => message.resume());
      late.removeEventListener('abort', giveUp);
      findings.push(answerFinding(config, right, statusCode));
    }
    return findings;
  } finally {
    forwarder.close();
  }
}

function answerFinding(
  { name, credential }: UpstreamConfig,
  right: 'fetch' | 'push',
  status: number,
): Finding {
  const field = `upstreams.${name}.credential.${right}`;
  if (status === 401 && credential[right] === undefined) {
    return {
      ok: false,
      text: `upstream ${name} asks for a credential to ${right}, and none is configured`,
      mend: `set ${field}; a host that says so of unknown repositories alone may be left as it is`,
    };
  }
  if (status === 401) {
    return {
      ok: false,
      text: `upstream ${name} does not take the ${right} credential (401)`,
      mend: `look at ${field}`,
    };
  }
  if (status === 403) {
    return {
      ok: false,
      text: `upstream ${name} forbids the ${right} credential (403)`,
      mend: `look at what ${field} may do there`,
    };
  }
  if (status >= 300 && status < 400) {
    return {
      ok: false,
      text: `upstream ${name} sends elsewhere (${status})`,
      mend: `have upstreams.${name}.url name where it sends`,
    };
  }
  return { ok: status < 500, text: `upstream ${name} answers for ${right} (${status})` };
}
