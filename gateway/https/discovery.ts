/** `GET info/refs`: the host's advertisement, without what would send a client elsewhere. */
import { Readable } from 'node:stream';
import { AdvertisementRewriter } from '../git/advertisement.ts';
import { advertisementType } from '../git/service.ts';
import type { Passage } from '../passage.ts';
import { refuseDiscovery } from './answers.ts';
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
  const { service, protocol, response } = call;
  const contentType = advertisementType(service);
  const { lease, operation } = passage;
  try {
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
      },
      contentType,
      lease,
    );
    if (asked.kind !== 'answered') {
      await answerWithout(needs, call, passage, lease, asked, refuseDiscovery);
      return;
    }
    const walker = new AdvertisementRewriter(service, true);
    operation.outcome = await carryDown(needs, call, passage, lease, asked.answer, walker, contentType);
  } finally {
    passage.done('advertised', response.statusCode);
  }
}
