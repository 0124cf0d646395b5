/** `GET info/refs`: the host's advertisement, without what would send a client elsewhere. */
import { Readable } from 'node:stream';
import type { CarryNeeds, Exchange } from '../exchange.ts';
import { AdvertisementRewriter } from '../git/advertisement.ts';
import { advertisementType } from '../git/service.ts';
import type { Passage } from '../passage.ts';
import type { HttpsCall, HttpsNeeds } from './call.ts';
import { carryDown } from './carry-down.ts';
import { answerWithout, askUpstream } from './upstream-answer.ts';

/** Serves one discovery under its passage. */
export async function serveDiscovery(
  needs: HttpsNeeds,
  call: HttpsCall,
  path: string,
  passage: Passage,
): Promise<void> {
  try {
    await carryAdvertisement(needs, call, path, passage, new AdvertisementRewriter(call.service, true));
  } finally {
    passage.done('advertised', call.response.statusCode);
  }
}

/** Carries the host's advertisement down; what else it ends in is the operation's outcome. */
export async function carryAdvertisement(
  needs: CarryNeeds,
  call: Exchange,
  path: string,
  passage: Passage,
  walker: AdvertisementRewriter,
): Promise<void> {
  const { service, protocol } = call;
  const contentType = advertisementType(service);
  const { lease, operation } = passage;
  const asked = await askUpstream(
    needs,
    call,
    {
      method: 'GET',
      path,
      endpoint: `/info/refs?service=${service}`,
      headers: {
        accept: '*/*',
        'accept-encoding': 'identity',
        'user-agent': 'git/2 sluice',
        // A push has no version 2, and asking for it makes old hosts stumble.
        ...(protocol > 0 && service === 'git-upload-pack' ? { 'git-protocol': `version=${protocol}` } : {}),
      },
      body: Readable.from([]),
      fresh: false,
      right: call.right,
      contentType,
      until: 'flush',
    },
    lease,
  );
  if (asked.kind === 'answered')
    operation.outcome = await carryDown(needs, call, passage, lease, asked.answer, walker, contentType);
  else await answerWithout(needs, call, passage, lease, asked);
}
