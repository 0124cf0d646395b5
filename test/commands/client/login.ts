/** Somebody at a terminal who runs `sluice login --ssh`, and the gateway that they sign in at. */
import { generateKeyPairSync } from 'node:crypto';
import type { Test } from 'tap';
import { ed25519Blob, signUserCertificate } from '../../../gateway/ssh/certificate-signing.ts';
import { parsePublicKey } from '../../../gateway/ssh/public-key.ts';
import { sluiceProgram } from '../../servers/clone.ts';
import { type RunningAgent, startSshAgent } from '../../servers/ssh-agent.ts';
import { temporaryDirectory } from '../../servers/temporary-directory.ts';
import { aTerminal, type Terminal } from '../../servers/terminal.ts';
import { someAuthorities } from '../../ssh/authorities.ts';
import { aLinkSite } from '../../ssh/sign-in-link.ts';

export type LoginSite = Awaited<ReturnType<typeof aLoginSite>>;

/** A node with an SSH door that takes the certificates its page signs. */
export async function aLoginSite(t: Test, changed: Parameters<typeof aLinkSite>[2] = {}) {
  const { authorities } = await someAuthorities(t);
  let port = 0;
  const site = await aLinkSite(
    t,
    { userAuthorities: authorities },
    { sshAuthority: () => authorities.own, ssh: () => ({ host: '127.0.0.1', port }), ...changed },
  );
  ({ port } = site.door);
  return {
    ...site,
    /** `sluice login --ssh` at a terminal of its own. */
    login: (agent: RunningAgent | undefined, home: string, ...args: readonly string[]): Terminal =>
      aTerminal(t, [process.execPath, ...sluiceProgram, 'login', '--ssh', ...args], {
        SLUICE_URL: site.page.address,
        HOME: home,
        ...(agent === undefined ? {} : { SSH_AUTH_SOCK: agent.socket }),
      }),
    agent: () => startSshAgent(t),
    home: () => temporaryDirectory(t),
  };
}

/** The path and the token of the link that the command shows. */
export async function loginLinkAt(terminal: Terminal): Promise<{ path: string; token: string }> {
  const [, path = '', token = ''] = await terminal.reads(
    /sign in: https:\/\/gw\.test(\/login\/ssh\/([A-Za-z0-9_-]{22}))\nthe key is SHA256:\S{43}\nthen type the six digits that it shows: /,
  );
  return { path, token };
}

/** A key and a certificate over it, by an authority that nobody trusts. */
export function aCertificate(key = generateKeyPairSync('ed25519').privateKey) {
  const { privateKey: authority } = generateKeyPairSync('ed25519');
  const terms = { serial: 1n, keyId: 'x', principals: ['x'], validAfter: 0, validBefore: 4_000_000_000 };
  const publicKey = parsePublicKey(ed25519Blob(key));
  return { key, certificate: signUserCertificate({ ...terms, key: publicKey }, authority).blob };
}
