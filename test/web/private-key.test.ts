import { generateKeyPairSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import t from 'tap';
import { looksPrivate } from '../../admin/web/src/credentials/private-key.ts';
import { makeEd25519Key } from '../../certs/host-keys.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';
import { keygen, madeTypes, makeKey } from '../ssh/openssh.ts';

void t.test('private keys of every format are told, and none of the public ones', async (t) => {
  const directory = await temporaryDirectory(t);
  for (const [type, args] of madeTypes) {
    const file = `${directory}/${type}`;
    const line = await makeKey(file, args);
    t.notOk(looksPrivate(line), `${type}, its line`);
    t.notOk(looksPrivate(line.split(' ').slice(0, 2).join(' ')), `${type}, without a comment`);
    t.notOk(looksPrivate(line.split(' ')[1] ?? ''), `${type}, its base64 alone`);
    t.ok(looksPrivate(await readFile(file, 'utf8')), `${type}, OpenSSH`);
    t.ok(looksPrivate(`${line}${await readFile(file, 'utf8')}`), `${type}, both files in one`);
    await keygen('-q', '-p', '-N', 'a passphrase', '-m', 'PEM', '-f', file);
    t.ok(looksPrivate(await readFile(file, 'utf8')), `${type}, with a passphrase`);
  }
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  for (const format of ['pkcs8', 'sec1'] as const)
    t.ok(looksPrivate(String(privateKey.export({ type: format, format: 'pem' }))), format);
  t.ok(looksPrivate('PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n'));
});

void t.test('a private key is told by a part of it, on one line or several', (t) => {
  const lines = makeEd25519Key('ana@laptop').text.trim().split('\n');
  t.ok(looksPrivate(lines.slice(1, -1).join('\n')), 'without its first and last line');
  t.ok(looksPrivate(lines.slice(2, -1).join('\n')), 'the end of it');
  t.ok(looksPrivate(` ${lines[2]} `), 'a line out of the middle');
  t.ok(looksPrivate(lines.join('')), 'on one line');
  for (const none of ['', 'hello', 'ssh-ed25519 AAAA', 'no such file or directory'])
    t.notOk(looksPrivate(none));
  t.end();
});
