import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { type AccessOptions, readAccess } from '../../../gateway/commands/client/access.ts';
import { makeSecret } from '../../../gateway/identity/credential.ts';
import { temporaryDirectory } from '../../servers/temporary-directory.ts';

const url = 'https://git.example.com:8443';
const { secret } = makeSecret('api');

/** Reads with these settings in files. */
async function reading(t: Test, address: string, token: string, options: AccessOptions = {}) {
  const directory = await temporaryDirectory(t);
  const [urlFile, tokenFile] = [join(directory, 'url'), join(directory, 'token')];
  await writeFile(urlFile, `${address}\n`);
  await writeFile(tokenFile, `${token}\n`, { mode: 0o600 });
  return readAccess({ urlFile, tokenFile, ...options });
}

void t.test('address and credential are read from files', async (t) => {
  t.match(await reading(t, url, secret), { origin: { origin: url }, token: secret, ca: undefined });
  t.match(await reading(t, 'http://localhost:8080/', secret), { origin: { host: 'localhost:8080' } });
});

void t.test(
  'an address that is none of a gateway’s is refused, and what stands in it is not repeated',
  async (t) => {
    for (const address of [
      'git.example.com',
      'http://git.example.com',
      'ftp://localhost',
      'https://git.example.com/api',
      'https://git.example.com/?x',
      'https://me:hunter2@git.example.com',
      'hunter2',
    ])
      await t.rejects(
        reading(t, address, secret),
        { name: 'AccessError', message: /^the gateway’s address is https:\/\/HOST(?!.*hunter2)/ },
        address,
      );
  },
);

void t.test('what cannot be a credential for the API is not sent, and not repeated', async (t) => {
  for (const [token, says] of [
    [makeSecret('git').secret, /is for git/],
    [`${secret.slice(0, -6)}aaaaaa`, /mistyped/],
    [`${secret} ${secret}`, /has characters/],
    [`${secret}\u00e9`, /has characters/],
  ] as const) {
    const error = (await reading(t, url, token).catch((error: unknown) => error)) as Error;
    t.match(error, { name: 'AccessError', message: says });
    t.notOk(error.message.includes(token.slice(6, 20)), 'the secret is not in the text');
  }
});

void t.test('authorities that are none are named', async (t) => {
  const directory = await temporaryDirectory(t);
  await writeFile(join(directory, 'empty'), '');
  for (const [path, says] of [
    [join(directory, 'empty'), 'holds no certificate'],
    [join(directory, 'nowhere'), 'ENOENT'],
    [directory, 'no regular file'],
  ] as const)
    await t.rejects(reading(t, url, secret, { ca: path }), {
      name: 'AccessError',
      message: new RegExp(says),
    });
});

void t.test('a setting that is missing is named, with the other place for it', async (t) => {
  t.equal(process.env.SLUICE_URL, undefined);
  await t.rejects(readAccess({}), { message: /SLUICE_URL is not set; set it, or give --url-file FILE/ });
});
