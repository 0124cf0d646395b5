import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import t, { type Test } from 'tap';
import { verify } from '../../gateway/audit/verify.ts';
import { openWitnessWebhook } from '../../gateway/audit/witness-webhook.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';
import { aSignedLog } from './signed-logs.ts';

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

/** A receiver that answers what it is told to, checks signatures, and collects the bodies it took. */
async function aReceiver(t: Test, answers: number[] = []) {
  const collected: string[] = [];
  let calls = 0;
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (piece: string) => {
      body += piece;
    });
    request.on('end', () => {
      calls += 1;
      const status = answers.shift() ?? 204;
      try {
        new Webhook(secret).verify(body, request.headers as Record<string, string>);
        t.match(request.headers['content-type'], 'application/json');
        if (status < 300) collected.push(body);
        response.writeHead(status).end();
      } catch (error) {
        response.writeHead(403).end(String(error));
      }
      server.emit('told');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/checkpoints`,
    collected,
    calls: () => calls,
    /** Resolves once so many calls came. */
    async called(times: number): Promise<void> {
      while (calls < times) await once(server, 'told');
    },
  };
}

void t.test('what a receiver collected is an anchor that attests the chain', async (t) => {
  const { directory, key, anchors, chain, head } = await aSignedLog(t);
  const receiver = await aReceiver(t);
  const witness = openWitnessWebhook({
    url: receiver.url,
    secret: async () => secret,
    onTrouble: (error) => t.fail(String(error)),
  });
  for (const line of anchors) witness.take(line);
  await witness.close();
  t.equal(receiver.collected.join(''), anchors.map((line) => `${line}\n`).join(''));
  const anchorFile = `${await temporaryDirectory(t)}/collected.jsonl`;
  // The receiver was given a line twice, as after an answer that got lost.
  await writeFile(anchorFile, `${receiver.collected.join('')}${anchors.at(-1)}\n`);
  t.match(await verify([directory], { keys: [key], anchors: [anchorFile] }), {
    faults: [],
    chains: [{ chain, attestation: 'attested', attestedTo: head.seq - 1 }],
  });
});

void t.test('what was not taken is told, and sent again in its order with what came later', async (t) => {
  const receiver = await aReceiver(t, [503, 500]);
  const troubles: unknown[] = [];
  const witness = openWitnessWebhook({
    url: receiver.url,
    secret: async () => secret,
    onTrouble: (error) => troubles.push(error),
    retryMs: 1,
  });
  witness.take('"one"');
  await receiver.called(1);
  witness.take('"two"');
  await receiver.called(3);
  await witness.close();
  t.match(troubles, [{ message: /answered 503 to a checkpoint/ }, { message: /answered 500/ }]);
  t.equal(receiver.collected.join(''), '"one"\n"two"\n');
});

void t.test('tries are bounded; the next checkpoint is the next try', async (t) => {
  const receiver = await aReceiver(t, [500, 500, 500, 500, 500, 500]);
  const troubles: unknown[] = [];
  let gaveUp = (): void => undefined;
  const sixth = new Promise<void>((resolve) => {
    gaveUp = resolve;
  });
  const witness = openWitnessWebhook({
    url: receiver.url,
    secret: async () => secret,
    onTrouble: (error) => {
      if (troubles.push(error) === 6) gaveUp();
    },
    retryMs: 1,
  });
  witness.take('"one"');
  await sixth;
  t.equal(receiver.calls(), 6);
  witness.take('"two"');
  await receiver.called(7);
  await witness.close();
  t.equal(receiver.collected.join(''), '"one"\n"two"\n');
});

void t.test('a receiver that is not there, and a secret that cannot be read, are told of', async (t) => {
  const troubles: unknown[] = [];
  const onTrouble = (error: unknown): void => void troubles.push(error);
  const gone = openWitnessWebhook({ url: 'http://127.0.0.1:9/', secret: async () => secret, onTrouble });
  gone.take('"one"');
  await gone.close();
  t.equal(troubles.length, 2, 'once, and once more at the end');
  const unread = openWitnessWebhook({
    url: 'http://127.0.0.1:9/',
    secret: () => Promise.reject(new Error('no such file')),
    onTrouble,
  });
  unread.take('"one"');
  await unread.close();
  t.match(troubles.at(-1), { message: 'no such file' });
});
