/** Sign-in from a command line: it shows a link, and the code that the link's page gives to who signed in there gets it a certificate. */
import { formatDuration } from '../../config/quantities.ts';
import { hashKey } from '../../gateway/identity/key-hash.ts';
import {
  hashKeyLinkToken,
  isKeyLinkCode,
  keyLinkMs,
  keyLinkPath,
  makeTicket,
  tokenOfTicket,
} from '../../gateway/identity/key-link.ts';
import type { PendingLinks } from '../../gateway/ssh/pending-links.ts';
import type { WrittenKey } from '../../gateway/ssh/public-key-line.ts';
import type { KeyLink } from '../../gateway/store/records.ts';
import type { AdminDeps } from '../admin-deps.ts';
import type { Limits } from '../limits.ts';
import { Problem } from '../problem.ts';
import type { RefusedSignIns } from '../refused-sign-ins.ts';
import type { OpenHandlers } from './handling.ts';
import { type IssuingDeps, readLife } from './issuing.ts';
import { readKey } from './keys.ts';
import { longestCertificateMs, noAuthority } from './ssh-certificates.ts';
import { certificateForLogin, linkUsed } from './ssh-login-certificate.ts';

export interface LoginDeps extends IssuingDeps, Pick<AdminDeps, 'sshAuthority' | 'ssh' | 'record'> {
  readonly pending: PendingLinks;
  readonly limits: Pick<Limits, 'badCredential'>;
  readonly refusedSignIns: Pick<RefusedSignIns, 'note'>;
}

/** Codes that are not it, as at a terminal of the SSH door. */
const triesAtMost = 5;

/** The handlers of the sign-in; whoever calls is nobody yet, and only the code says whose the certificate is. */
export function loginHandlers(deps: LoginDeps): OpenHandlers {
  const { store } = deps;
  const open = countedOpen(deps.pending);

  /** The link that a ticket and its key stand for; whoever has neither right has guessed. */
  async function find(
    ticket: string,
    { key }: WrittenKey,
    address: string,
  ): Promise<{ token: string; link: KeyLink } | Problem> {
    const token = tokenOfTicket(ticket);
    const hash = token === undefined ? undefined : hashKeyLinkToken(token);
    const link = hash === undefined ? undefined : await store.keyLink(hash);
    const isIt = link?.certificate !== undefined && link.keyHash === hashKey(key.blob);
    if (token !== undefined && isIt) return { token, link };
    await deps.limits.badCredential(address);
    deps.refusedSignIns.note(address, 'no-such-link');
    return ended;
  }

  /** How many tries are left behind this one, on whatever node it is made; undefined when there was none left for it. */
  async function takeTry(hash: string): Promise<number | undefined> {
    for (let left = triesAtMost - 1; left >= 0; left -= 1)
      if (await store.firstTime(`sign-in link ${hash} with ${left} left`, keyLinkMs)) return left;
    return undefined;
  }

  async function wrong(link: KeyLink, address: string, left: number, error: string, what: string) {
    await deps.limits.badCredential(address);
    if (left > 0) {
      const tries = left === 1 ? 'one try is left' : `${left} tries are left`;
      return new Problem(403, error, `${what}, and ${tries}`);
    }
    open.close(link.hash);
    await store.dropKeyLink(link.hash);
    return noneLeft;
  }

  return {
    async beginSshLogin({ body, address }) {
      const authority = deps.sshAuthority();
      if (authority === undefined) return noAuthority;
      const written = readKey(body.publicKey);
      if (written instanceof Problem) return written;
      const longestMs = longestCertificateMs(authority, deps.config());
      const lifeMs = readLife(body.expiresIn ?? formatDuration(longestMs), longestMs);
      if (lifeMs instanceof Problem) return lifeMs;

      const ticket = makeTicket();
      const token = tokenOfTicket(ticket);
      const hash = token === undefined ? undefined : hashKeyLinkToken(token);
      if (token === undefined || hash === undefined) throw new Error('a new ticket is none');
      if (!open.admit(hash, address)) return tooManyOpen;
      try {
        const { fingerprint, key } = written;
        const now = await store.now();
        const endsAt = now + keyLinkMs;
        await store.offerKeyLink({
          ...{ hash, keyHash: hashKey(key.blob), fingerprint, address },
          ...{ createdAt: now, endsAt, stage: { kind: 'open' }, certificate: { lifeMs } },
        });
        const link = `${deps.config().publicUrl}${keyLinkPath}${token}`;
        return { ticket, link, fingerprint, now, endsAt };
      } catch (error) {
        open.close(hash);
        throw error;
      }
    },

    async finishSshLogin({ body, address }) {
      const authority = deps.sshAuthority();
      if (authority === undefined) return noAuthority;
      const written = readKey(body.publicKey);
      if (written instanceof Problem) return written;
      const found = await find(body.ticket, written, address);
      if (found instanceof Problem) return found;
      const { link, token } = found;
      const { stage } = link;
      if (stage.kind === 'bound') return linkUsed;
      const left = await takeTry(link.hash);
      if (left === undefined) return noneLeft;
      if (stage.kind === 'open') {
        deps.refusedSignIns.note(address, 'link-guess');
        return await wrong(link, address, left, 'not-signed-in', 'nobody has signed in at the link yet');
      }
      if (!isKeyLinkCode(token, body.code, stage.codeDigest)) {
        const { fingerprint: shown, address: terminal } = link;
        await deps.record({
          type: 'sign-in.link-refused',
          body: { principalId: stage.principalId, shown, terminal, reason: 'wrong-code' },
        });
        return await wrong(link, address, left, 'wrong-code', 'that is not the code');
      }
      const finished = await certificateForLogin(deps, { link, claim: stage, written, authority });
      if (!(finished instanceof Problem)) open.close(link.hash);
      return finished;
    },

    async leaveSshLogin({ body, address }) {
      const written = readKey(body.publicKey);
      if (written instanceof Problem) return written;
      const found = await find(body.ticket, written, address);
      if (found instanceof Problem) return found;
      const { hash, stage } = found.link;
      if (stage.kind === 'bound') return linkUsed;
      open.close(hash);
      await store.dropKeyLink(hash);
      return { now: await store.now() };
    },
  };
}

/** Links of this node that are open: each counts against its address until it is done, or could not be any more. */
function countedOpen(pending: PendingLinks) {
  const releases = new Map<string, () => void>();
  const close = (hash: string): void => {
    releases.get(hash)?.();
    releases.delete(hash);
  };
  return {
    admit(hash: string, address: string): boolean {
      const release = pending.admit(address);
      if (release === undefined) return false;
      const timer = setTimeout(() => close(hash), keyLinkMs).unref();
      releases.set(hash, () => {
        clearTimeout(timer);
        release();
      });
      return true;
    },
    close,
  };
}

const tooManyOpen = new Problem(
  429,
  'too-many',
  'too many sign-in links are open; try again in a few minutes',
  { retryAfterSeconds: 120 },
);
const ended = new Problem(404, 'link-ended', 'the sign-in link has ended; run the command again for another');
const noneLeft = new Problem(
  403,
  'no-tries-left',
  `none of ${triesAtMost} codes was the one that the link shows; nothing was changed`,
);
