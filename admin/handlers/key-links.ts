/** Sign-in links that terminals show: who signs in at one is shown the code that makes the key theirs, or gets the terminal a certificate. */
import { hashKeyLinkToken, makeKeyLinkCode } from '../../gateway/identity/key-link.ts';
import type { KeyLink, KeyLinkStage } from '../../gateway/store/records.ts';
import type { AdminDeps } from '../admin-deps.ts';
import type { Caller } from '../caller.ts';
import { Problem } from '../problem.ts';
import type { KeyLinkView } from '../schemas/key-links.ts';
import type { Handlers } from './handling.ts';
import { ownerOf } from './issuing.ts';

/** The handlers about links. */
export function keyLinkHandlers(
  deps: Pick<AdminDeps, 'store' | 'config' | 'settle' | 'sshAuthority'>,
): Pick<Handlers, 'readKeyLink' | 'showKeyLinkCode'> {
  const { store } = deps;

  /** The link, while it is this caller's or nobody's yet. */
  async function find(caller: Caller, token: string): Promise<KeyLink | Problem> {
    const hash = hashKeyLinkToken(token);
    const link = hash === undefined ? undefined : await store.keyLink(hash);
    if (link === undefined) return ended;
    return link.stage.kind === 'open' || isOf(link.stage, caller) ? link : usedBefore;
  }

  /** How long what the link is for would last; undefined where that is not offered (any more). */
  const lifeOf = ({ certificate }: KeyLink): number | undefined =>
    certificate === undefined
      ? deps.config().ssh?.signInLink?.keyLifeMs
      : deps.sshAuthority() && certificate.lifeMs;

  return {
    async readKeyLink(caller, { params }) {
      const [link, now] = await Promise.all([find(caller, params.token), store.now()]);
      if (link instanceof Problem) return link;
      const keyLifeMs = lifeOf(link);
      return keyLifeMs === undefined ? ended : viewLink(link, now, keyLifeMs);
    },

    async showKeyLinkCode(caller, { params, address }) {
      const link = await find(caller, params.token);
      if (link instanceof Problem) return link;
      if (lifeOf(link) === undefined) return ended;
      if (link.stage.kind !== 'open') return usedBefore;
      const { code, codeDigest } = makeKeyLinkCode(params.token);
      const { principalId, madeIn, signInEndsAt } = ownerOf(caller);
      const stage: KeyLinkStage = {
        kind: 'claimed',
        principalId,
        codeDigest,
        ...(madeIn === undefined ? {} : { madeIn }),
        ...(signInEndsAt === undefined ? {} : { signInEndsAt }),
      };
      const { value, events } = await store.moveKeyLink({ ...link, stage }, 'open', [
        {
          type: 'sign-in.link-opened',
          body: { principalId, shown: link.fingerprint, terminal: link.address, address },
        },
      ]);
      if (!value) return usedBefore;
      await deps.settle(events);
      return { code, endsAt: link.endsAt };
    },
  };
}

const ended = new Problem(
  404,
  'link-ended',
  'this link has ended: it is good for ten minutes and while the command that showed it waits; run the command again for another',
);
const usedBefore = new Problem(
  409,
  'link-used',
  'this link was used already, and its code is shown once; run the command again for another',
);

/** Whether the link was taken by the caller, in the very sign-in they call from. */
function isOf(stage: KeyLinkStage, caller: Caller): boolean {
  if (stage.kind === 'open' || stage.principalId !== caller.principal.id) return false;
  if (stage.kind === 'bound') return true;
  return stage.madeIn?.signInHash === ownerOf(caller).madeIn?.signInHash;
}

function viewLink(link: KeyLink, now: number, keyLifeMs: number): KeyLinkView {
  const { fingerprint, address, createdAt, endsAt, stage } = link;
  const gives: KeyLinkView['gives'] = link.certificate === undefined ? 'key' : 'certificate';
  const seen = { now, gives, fingerprint, address, createdAt, endsAt, keyLifeMs };
  if (stage.kind === 'bound') return { ...seen, state: 'bound', keyEndsAt: stage.endsAt };
  return { ...seen, state: stage.kind === 'open' ? 'open' : 'code-shown' };
}
