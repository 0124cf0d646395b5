/** A folder with all the secrets a first gateway needs: authority, server certificate, the store's integrity key, the audit's signing pair, SSH host key and user authority. Nothing there is ever overwritten. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeAuthority, makeServerCertificate } from './authority.ts';
import { makeEd25519Key } from './host-keys.ts';
import { certificateHosts } from './hosts.ts';
import { fittingPair } from './server-certificate.ts';

/** One file, and whether it was made or had been there. */
export interface InitFile {
  readonly path: string;
  readonly made: boolean;
}

/**
 * Makes what is missing: `ca.crt`, `ca.key`, `gateway.crt`, `gateway.key`, `store.key`, `audit.key`, `audit.pub`, `ssh_host_ed25519_key`, `ssh_user_ca`, and their `.pub`. Keys are 0600, the rest 0644.
 *
 * A pair of which only one file is there is left alone and rejected: the missing half cannot be made to fit. So is, before
 * anything is written, a host that is neither name nor address (`RangeError`).
 */
export async function initCertificates(
  directory: string,
  hosts: readonly string[],
  now: Date,
): Promise<readonly InitFile[]> {
  const names = certificateHosts(hosts);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const at = (name: string): string => join(directory, name);
  const files: InitFile[] = [];
  const pairOf = async (
    name: string,
    make: () => Promise<{ certificate: string; key: string }>,
  ): Promise<void> => {
    const [certificate, key] = [at(`${name}.crt`), at(`${name}.key`)];
    const there = [await exists(certificate), await exists(key)];
    if (there[0] !== there[1])
      throw new Error(
        `${there[0] ? certificate : key} is there without ${there[0] ? key : certificate}; move it away or bring the other back`,
      );
    if (!there[0]) {
      const made = await make();
      await writeNew(key, made.key, 0o600);
      await writeNew(certificate, made.certificate, 0o644);
    }
    files.push({ path: certificate, made: !there[0] }, { path: key, made: !there[0] });
  };
  const sshKeyOf = async (name: string, comment: string): Promise<void> => {
    const key = at(name);
    const there = await exists(key);
    if (!there) {
      if (await exists(`${key}.pub`))
        throw new Error(`${key}.pub is there without ${key}; move it away or bring the other back`);
      const { text, line } = makeEd25519Key(comment);
      await writeNew(key, text, 0o600);
      await writeNew(`${key}.pub`, line, 0o644);
    }
    files.push({ path: key, made: !there });
  };
  await pairOf('ca', () => makeAuthority('Sluice local authority', now));
  await pairOf('gateway', async () => {
    const [certificate, key] = await Promise.all([
      readFile(at('ca.crt'), 'utf8'),
      readFile(at('ca.key'), 'utf8'),
    ]);
    // The authority may have been brought here by hand.
    fittingPair(certificate, key, now.getTime());
    return await makeServerCertificate({ certificate, key }, names, now);
  });
  const storeKey = at('store.key');
  const hadKey = await exists(storeKey);
  if (!hadKey) await writeNew(storeKey, `${randomBytes(32).toString('hex')}\n`, 0o600);
  files.push({ path: storeKey, made: !hadKey });
  const auditKey = at('audit.key');
  const hadAuditKey = await exists(auditKey);
  if (!hadAuditKey) await makeAuditPair(auditKey, at('audit.pub'));
  files.push({ path: auditKey, made: !hadAuditKey });
  await sshKeyOf('ssh_host_ed25519_key', 'sluice');
  await sshKeyOf('ssh_user_ca', 'sluice user authority');
  return files;
}

/** An Ed25519 pair for the audit's checkpoints: the private key, and beside it what auditors take along. */
async function makeAuditPair(key: string, open: string): Promise<void> {
  if (await exists(open))
    throw new Error(`${open} is there without ${key}; move it away or bring the other back`);
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  await writeNew(key, String(privateKey.export({ format: 'pem', type: 'pkcs8' })), 0o600);
  await writeNew(open, String(publicKey.export({ format: 'pem', type: 'spki' })), 0o644);
}

async function exists(path: string): Promise<boolean> {
  return await access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
}

/** Whole or not at all, and never over another file: written beside it, then linked, which fails where the name is taken. */
async function writeNew(path: string, text: string, mode: number): Promise<void> {
  const beside = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await writeFile(beside, text, { mode, flag: 'wx' });
    await link(beside, path);
  } finally {
    await rm(beside, { force: true });
  }
}
