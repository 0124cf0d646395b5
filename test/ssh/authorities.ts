/** Authorities of user certificates: this gateway's own, and one of an organisation, made and used by the real ssh-keygen. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeEd25519Key } from '../../certs/host-keys.ts';
import type { UserCertificatesConfig } from '../../config/schema.ts';
import { openUserAuthorities, type UserAuthorities } from '../../gateway/ssh/user-authorities.ts';
import type { Ending } from '../servers/ending.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';
import { keygen } from './openssh.ts';

export interface Authorities {
  readonly directory: string;
  readonly authorities: UserAuthorities;
  /** The file of what the organisation took back. */
  readonly revokedFile: string;
  /** Signs `FILE.pub` with the organisation's key, as its operator would: `FILE-cert.pub` is there then. */
  sign(file: string, ...args: readonly string[]): Promise<void>;
}

export async function someAuthorities(t: Ending): Promise<Authorities> {
  const directory = await temporaryDirectory(t);
  const at = (name: string): string => join(directory, name);
  for (const name of ['own', 'org']) {
    const { text, line } = makeEd25519Key(name);
    await writeFile(at(name), text, { mode: 0o600 });
    await writeFile(at(`${name}.pub`), line);
  }
  const revokedFile = at('revoked');
  await writeFile(revokedFile, '# nothing yet\n');
  const userCertificates: UserCertificatesConfig = {
    own: { keyFile: at('own'), longestLifeMs: 3_600_000 },
    trusted: [{ publicKeyFile: at('org.pub'), revokedFile }],
  };
  return {
    directory,
    authorities: await openUserAuthorities({ userCertificates }),
    revokedFile,
    async sign(file, ...args) {
      await keygen('-q', '-s', at('org'), ...args, `${file}.pub`);
    },
  };
}
