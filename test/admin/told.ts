/** A stream of server-sent events as a program reads it, and what it is told. */
import { once } from 'node:events';
import * as http from 'node:http';
import * as https from 'node:https';
import type { Ending } from '../servers/ending.ts';

/** Asks for it; `hears` resolves once the stream has said something that fits, to all that it said. */
export async function listenTo(t: Ending, address: string, headers: http.OutgoingHttpHeaders, ca?: string) {
  const asked = ca === undefined ? http.get(address, { headers }) : https.get(address, { headers, ca });
  t.teardown(() => asked.destroy());
  const [answer] = (await once(asked, 'response')) as [http.IncomingMessage];
  let text = '';
  answer.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  // The test's own end breaks the connection off.
  answer.on('error', () => undefined);
  const hears = async (what: RegExp): Promise<string> => {
    while (!what.test(text)) await once(answer, 'data');
    return text;
  };
  return { answer, asked, hears, told: () => text };
}
