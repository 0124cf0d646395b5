/** Asking a host what became of a push that it was given and did not answer. */
import { Readable } from 'node:stream';
import { outsideText } from './audit/outside-text.ts';
import { AdvertisedRefs } from './git/advertised-refs.ts';
import { advertisementType } from './git/service.ts';
import type { SettledUpdate } from './recorder.ts';
import type { Forwarding } from './relay/forwarding.ts';
import type { Upstream } from './relay/upstream.ts';
import { UpstreamTroubleError } from './relay/upstream-trouble.ts';
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
  const refs = new AdvertisedRefs(wanted);
  const silent = 'the host did not answer';
  let timer: NodeJS.Timeout | undefined;
  let forwarding: Forwarding | undefined;
  const breakOff = (): void => forwarding?.destroy(new Error(silent));
  try {
    forwarding = await upstream.ask({
      method: 'GET',
      path,
      endpoint: `/info/refs?service=${service}`,
      headers: { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'git/2 sluice' },
      body: Readable.from([]),
      fresh: true,
      right: 'push',
      contentType: advertisementType(service),
      until: 'flush',
    });
    timer = setTimeout(breakOff, patienceMs);
    const answer = await forwarding.answer;
    for await (const chunk of answer) refs.feed(chunk as Buffer);
    return refs.isWhole ? refs.found : silent;
  } catch (error) {
    return error instanceof UpstreamTroubleError && error.trouble.kind !== 'unreachable'
      ? `the host did not say: ${error.trouble.kind}`
      : silent;
  } finally {
    clearTimeout(timer);
    breakOff();
  }
}

function latin1NameOf({ ref }: PassedUpdate): string {
  return (typeof ref === 'string' ? Buffer.from(ref) : Buffer.from(ref.base64, 'base64')).toString('latin1');
}
