import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import t, { type Test } from 'tap';
import { parseConfig } from '../../config/load.ts';
import type { AuditConfig } from '../../config/schema.ts';
import { openSecrets } from '../../config/secrets.ts';
import { verify } from '../../gateway/audit/verify.ts';
import {
  archiveFindings,
  auditFindings,
  witnessFileFindings,
  witnessWebhookFindings,
} from '../../gateway/commands/check-audit.ts';
import { aSignedLog } from '../audit/signed-logs.ts';
import { root } from '../servers/clone.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const minimal = parseConfig(await readFile(`${root}/config/minimal.yaml`, 'utf8'), '/etc/sluice/sluice.yaml');
if (minimal.kind === 'faulty') throw new Error(JSON.stringify(minimal.faults));
const { audit } = minimal.config;

/** A receiver with a secret of its own; collects the bodies it took. */
async function aReceiver(t: Test, { holds = secret, status = 204 } = {}) {
  const collected: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (piece: string) => {
      body += piece;
    });
    request.on('end', () => {
      try {
        // By hand: the library's own check takes JSON alone, and an empty line is none.
        const signed = new Webhook(holds).sign(
          String(request.headers['webhook-id']),
          new Date(Number(request.headers['webhook-timestamp']) * 1_000),
          body,
        );
        if (signed !== request.headers['webhook-signature']) throw new Error('signed with another secret');
        if (status < 300) collected.push(body);
        response.writeHead(status).end();
      } catch (error) {
        response.writeHead(401).end(String(error));
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/checkpoints`, collected };
}

async function told(t: Test, directory: string, url: string): Promise<string> {
  const path = join(await temporaryDirectory(t), 'secret');
  await writeFile(path, `${secret}\n`, { mode: 0o600 });
  const config: AuditConfig = {
    ...audit,
    directory,
    witnessWebhook: { url, secret: { kind: 'file', path } },
  };
  const secrets = openSecrets({ onWarning: () => undefined });
  const findings = await witnessWebhookFindings(config, secrets, AbortSignal.timeout(5_000));
  return findings
    .map(({ ok, text, mend = '' }) => `${ok ? 'ok' : 'MEND'} ${text} ${mend}`.replaceAll(/:\d+/g, ''))
    .join('\n');
}

void t.test(
  'the webhook is posted the last checkpoint again, which its anchor is not harmed by',
  async (t) => {
    const { directory, key, anchors } = await aSignedLog(t);
    const receiver = await aReceiver(t);
    t.match(
      await told(t, directory, receiver.url),
      'ok audit witness http://127.0.0.1 took the last checkpoint again (204)',
    );
    t.strictSame(receiver.collected, [`${String(anchors.at(-1))}\n`]);
    const anchor = join(await temporaryDirectory(t), 'anchor.jsonl');
    await writeFile(anchor, [...anchors.map((line) => `${line}\n`), ...receiver.collected].join(''));
    t.match(await verify([directory], { keys: [key], anchors: [anchor] }), {
      faults: [],
      chains: [{ attestation: 'attested' }],
    });
  },
);

void t.test(
  'before the first checkpoint an empty line is posted, which is no fault in an anchor',
  async (t) => {
    const receiver = await aReceiver(t);
    const missing = join(await temporaryDirectory(t), 'not-yet');
    t.match(
      await told(t, missing, receiver.url),
      /^ok audit witness \S+ took an empty line, there being no checkpoint yet \(204\)/,
    );
    t.strictSame(receiver.collected, ['\n']);
  },
);

void t.test(
  'a receiver with another secret, and one that is elsewhere, are told with the mend',
  async (t) => {
    const directory = await temporaryDirectory(t);
    const other = await aReceiver(t, { holds: `whsec_${Buffer.alloc(32, 8).toString('base64')}` });
    t.match(
      await told(t, directory, other.url),
      /^MEND audit witness \S+ answers 401 to an empty line.* have audit\.witness\.webhook\.secretFile and the receiver hold the same secret/,
    );
    const elsewhere = await aReceiver(t, { status: 404 });
    t.match(
      await told(t, directory, elsewhere.url),
      /^MEND .* answers 404 .* look at audit\.witness\.webhook\.url/,
    );
  },
);

void t.test(
  'an archive that is not there is told, and a witness file that could be made is good',
  async (t) => {
    const directory = await temporaryDirectory(t);
    const config = {
      ...audit,
      directory,
      archiveDirectory: join(directory, 'archive'),
      witnessFile: join(directory, 'w'),
    };
    t.match(await auditFindings(config), [{ ok: true, text: /can be written/ }]);
    await t.rejects(archiveFindings(config), { code: 'ENOENT' });
    await mkdir(config.archiveDirectory);
    t.match(await archiveFindings(config), [{ ok: true, text: /archive can be written/ }]);
    t.match(await witnessFileFindings(config), [{ ok: true, text: /can be made/ }]);
    t.strictSame(await archiveFindings(audit), []);
  },
);
