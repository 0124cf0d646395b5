import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { sshClient } from '../servers/ssh.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';
import { makeKey } from './openssh.ts';
import { anSshNode } from './ssh-node.ts';

void t.test(
  'a door proves itself by whichever of its keys the client knows, and never with SHA-1',
  async (t) => {
    const directory = await temporaryDirectory(t);
    const made = async (name: string, args: readonly string[]) => {
      const line = await makeKey(join(directory, name), args);
      return {
        line: line.split(' ').slice(0, 2).join(' '),
        text: await readFile(join(directory, name), 'utf8'),
      };
    };
    const ecdsa = await made('ecdsa', ['-t', 'ecdsa', '-b', '256']);
    const rsa = await made('rsa', ['-t', 'rsa', '-b', '2048']);
    const at = await anSshNode(t, { moreHostKeys: [ecdsa.text, rsa.text] });
    const { file } = await at.key('laptop', await at.principal());
    const enters = async (line: string, algorithm: string): Promise<number | null> => {
      const ssh = await sshClient(t, at.door.port, line, [file]);
      const { code, stderr } = await ssh.run('help', ['-o', `HostKeyAlgorithms=${algorithm}`]);
      if (code !== 0) t.comment(stderr);
      return code;
    };
    t.equal(await enters(at.hostKeyLine, 'ssh-ed25519'), 0);
    t.equal(await enters(ecdsa.line, 'ecdsa-sha2-nistp256'), 0);
    t.equal(await enters(rsa.line, 'rsa-sha2-512'), 0);
    t.equal(await enters(rsa.line, 'rsa-sha2-256'), 0);
    t.equal(await enters(rsa.line, 'ssh-rsa'), 255);
    t.equal(await enters(ecdsa.line, 'ssh-ed25519'), 255, 'another key than the known one lets nobody in');
  },
);
