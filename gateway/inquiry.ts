/** Asking a host what became of a push that it was given and did not answer. */
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { outsideText } from './audit/outside-text.ts';
import { AdvertisedRefs } from './git/advertised-refs.ts';
import { advertisementType } from './git/service.ts';
import type { SettledUpdate } from './recorder.ts';
import type { Upstream } from './relay/upstream.ts';
import { troubleOf } from './relay/upstream-trouble.ts';
import type { PassedUpdate } from './store/records.ts';

/** How long a host may take to list its refs. */
const patienceMs = 30_000;

/**
 * Compares each update with where its ref stands now. What stands at the new id was applied; what stands at the old one was
 * not; of anything else nobody can tell, for another push may have come between. Never rejects: a host that does not answer
 * leaves everything unknown.
 *
 * @param path the repository's path below the upstream
 */
export async function inquire(
  upstream: Upstream | undefined,
  path: string,
  updates: readonly PassedUpdate[],
): Promise<readonly SettledUpdate[]> {
  const wanted = new Set(updates.map(latin1NameOf));
  const refs =
    upstream === undefined ? 'the upstream is not configured any more' : await refsOf(upstream, path, wanted);
  return updates.map((update) => {
    const { oldId, newId } = update;
    const name = latin1NameOf(update);
    const settled = { ref: outsideText(Buffer.from(name, 'latin1')), oldId, newId };
    const unknown = (why: string): SettledUpdate => ({ ...settled, outcome: 'unknown', message: why });
    if (typeof refs === 'string') return unknown(refs);
    const stands = refs.get(name) ?? '0'.repeat(newId.length);
    if (stands === newId) return { ...settled, outcome: 'applied', message: 'the host has the ref there' };
    if (stands === oldId)
      return { ...settled, outcome: 'refused', message: 'the host has the ref where it was' };
    return unknown(`the host has the ref at ${stands}`);
  });
}

/** The ids, or why there are none. */
async function refsOf(
  upstream: Upstream,
  path: string,
  wanted: ReadonlySet<string>,
): Promise<ReadonlyMap<string, string> | string> {
  const service = 'git-receive-pack';
  const endpoint = `/info/refs?service=${service}`;
  const refs = new AdvertisedRefs(wanted);
  const silent = 'the host did not answer';
  let timer: NodeJS.Timeout | undefined;
  try {
    const forwarding = await upstream.send({
      method: 'GET',
      path,
      endpoint,
      headers: { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'git/2 sluice' },
      body: Readable.from([]),
      fresh: true,
      right: 'push',
    });
    timer = setTimeout(() => forwarding.destroy(new Error(silent)), patienceMs);
    const answer: IncomingMessage = await forwarding.answer;
    const trouble = troubleOf(
      answer,
      upstream.base,
      upstream.urlOf(path, endpoint),
      advertisementType(service),
    );
    if (trouble !== undefined) {
      forwarding.destroy(new Error('the answer is of no use'));
      return `the host did not say: ${trouble.kind}`;
    }
    for await (const chunk of answer) refs.feed(chunk as Buffer);
    return refs.isWhole ? refs.found : silent;
  } catch {
    return silent;
  } finally {
    clearTimeout(timer);
  }
}

function latin1NameOf({ ref }: PassedUpdate): string {
  return (typeof ref === 'string' ? Buffer.from(ref) : Buffer.from(ref.base64, 'base64')).toString('latin1');
}
