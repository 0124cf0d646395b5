/** A stream of server-sent events as a program reads it, and what it is told. */
import { once } from 'node:events';
import { get, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import type { Test } from 'tap';

/** Asks for it; `hears` resolves once the stream has said something that fits, to all that it said. */
export async function listenTo(t: Test, address: string, headers: OutgoingHttpHeaders) {
  const asked = get(address, { headers });
  t.teardown(() => asked.destroy());
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
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
