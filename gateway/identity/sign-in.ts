/** Browsers sign in: attempts kept apart by tab, sign-ins kept on the server, the cookie an opaque random id. */
import { randomBytes } from 'node:crypto';
import type { Principal, SignIn } from '../store/records.ts';
import type { Store } from '../store/store.ts';
import { hashSecret } from './credential.ts';
import { type EndingDeps, endSignIns, liftLockouts, lockoutsOf } from './endings.ts';
import { localPath } from './local-path.ts';
import type { Provider, Redeemed } from './oidc.ts';
import { enrol } from './principals.ts';
import { ProviderError } from './provider-error.ts';
import { forgetWithSession } from './provider-logout.ts';
import { makeState, readTrip } from './sign-in-state.ts';

/** What sign-ins rest on. */
export interface SignInDeps extends EndingDeps {
  readonly store: Store;
  readonly provider: Provider;
  /** Where the provider sends browsers back to. */
  readonly redirectUri: string;
  /** In force at the moment of the call: how long without use, and in any case. */
  readonly spans: () => { readonly idleMs: number; readonly lifeMs: number };
  readonly newPrincipalId: () => string;
  /** Keeps the refresh token of a sign-in, to ask for its person again. */
  readonly keepRefresh: (
    principalId: string,
    sid: string | undefined,
    refresh: NonNullable<Redeemed['refresh']>,
  ) => Promise<void>;
}

/** What a browser brings: the values of its two cookies, and its address for the audit. */
export interface Browser {
  readonly signInId: string | undefined;
  readonly browserId: string | undefined;
  readonly address: string;
}

/** Where to send a browser that wants to sign in; `browserId` goes into its cookie. */
export type Departure =
  | { readonly kind: 'signed-in'; readonly returnTo: string }
  | { readonly kind: 'leave'; readonly address: string; readonly browserId: string };

/** What became of a callback. */
export type Arrival =
  /** `signInId` goes into the cookie. */
  | {
      readonly kind: 'signed-in';
      readonly signInId: string;
      readonly principal: Principal;
      readonly returnTo: string;
    }
  /** The attempt is gone, but this browser is signed in. */
  | { readonly kind: 'already'; readonly returnTo: string }
  /** The attempt is gone: begin again, to the same page. */
  | { readonly kind: 'stale'; readonly returnTo: string; readonly restarts: number }
  /** Begun again often enough: this browser seems to keep no cookies. */
  | { readonly kind: 'no-cookies' }
  | { readonly kind: 'refused'; readonly error: ProviderError; readonly returnTo: string };

/** A live sign-in and whose it is. */
export interface Found {
  readonly signIn: SignIn;
  readonly principal: Principal;
}

/** The verbs of signing in and out. All reject with a `StoreError` when the store is away. */
export interface SignIns {
  begin(
    browser: Browser,
    wanted: { returnTo?: string; fresh: boolean; restarts?: number },
  ): Promise<Departure>;
  finish(browser: Browser, callback: URL): Promise<Arrival>;
  /** The sign-in of a cookie; moves its idle limit. */
  find(signInId: string | undefined): Promise<Found | undefined>;
  /** Signs out: the sign-in ends, and those credentials made in it that the configuration binds to it. */
  end(found: Found, address: string): Promise<void>;
}

/** How long a person may take at the provider. */
const attemptMs = 600_000;
/** Trips that may start over before the browser is told about cookies. */
const mostRestarts = 2;

/** Makes the sign-ins of one gateway. */
export function signIns(deps: SignInDeps): SignIns {
  const { store, provider } = deps;

  const find = async (signInId: string | undefined): Promise<Found | undefined> =>
    signInId === undefined || signInId.length > 128
      ? undefined
      : store.signIn(hashSecret(signInId), deps.spans().idleMs);

  /** @param askedAt store time before the provider was asked: what it said before that, it has taken back since */
  async function open({ identity, refresh }: Redeemed, browser: Browser, askedAt: number) {
    const principal = await enrol(store, identity, deps.newPrincipalId);
    const signInId = randomId();
    const now = await store.now();
    const signIn: SignIn = {
      hash: hashSecret(signInId),
      principalId: principal.id,
      createdAt: now,
      // A provider that does not say when the person proved themselves has not said that it was just now.
      authenticatedAt: Math.min(identity.authenticatedAt ?? 0, now),
      endsAt: now + deps.spans().lifeMs,
      csrf: randomId(),
      ...(identity.sid === undefined ? {} : { sid: identity.sid }),
    };
    const body = {
      principalId: principal.id,
      address: browser.address,
      groups: principal.groups,
      authenticatedAt: signIn.authenticatedAt,
      endsAt: signIn.endsAt,
    };
    const { events } = await store.openSignIn(signIn, deps.spans().idleMs, { type: 'sign-in.opened', body });
    await deps.settle(events);
    // Opened first, then looked: whoever locks out locks first, then looks for what is open. One of the two sees the other.
    const lockouts = await lockoutsOf(store, principal.id);
    if (lockouts.some(({ createdAt }) => createdAt >= askedAt)) {
      await close(signIn, browser.address, 'locked-out');
      throw new ProviderError('AUTH_REFUSED', 'you were locked out while you signed in; sign in once more');
    }
    await liftLockouts(deps, principal.id, lockouts);
    if (refresh !== undefined) await deps.keepRefresh(principal.id, identity.sid, refresh);
    return { signInId, principal };
  }

  async function close(signIn: SignIn, address: string, reason: 'signed-out' | 'locked-out' | 'replaced') {
    const { hash, principalId } = signIn;
    const body = { principalId, address, reason };
    const { events } = await store.closeSignIn(hash, { type: 'sign-in.closed', body });
    await deps.settleInForce(events);
  }

  return {
    find,

    async begin(browser, { returnTo, fresh, restarts = 0 }) {
      const landing = localPath(returnTo) ?? '/';
      if (!fresh && (await find(browser.signInId)) !== undefined)
        return { kind: 'signed-in', returnTo: landing };
      const question = {
        state: makeState({ returnTo: landing, restarts }),
        nonce: randomId(),
        codeVerifier: randomId(),
      };
      // The provider is asked first, so that its outage leaves no attempt behind.
      const address = await provider.signInAddress(question, deps.redirectUri, fresh);
      // Tabs of one browser share the id: a second tab must not unbind the first.
      const browserId = isRandomId(browser.browserId) ? browser.browserId : randomId();
      await store.beginSignIn(
        {
          stateHash: hashSecret(question.state),
          nonce: question.nonce,
          codeVerifier: question.codeVerifier,
          returnTo: landing,
          browserHash: hashSecret(browserId),
          createdAt: await store.now(),
        },
        attemptMs,
      );
      return { kind: 'leave', address: address.href, browserId };
    },

    async finish(browser, callback) {
      const state = callback.searchParams.get('state') ?? undefined;
      const trip = readTrip(state);
      // A callback of another browser must not use up the attempt, so the cookie is needed before it is taken.
      const attempt =
        state === undefined || !isRandomId(browser.browserId)
          ? undefined
          : await store.takeSignInAttempt(hashSecret(state));
      if (
        state === undefined ||
        attempt === undefined ||
        attempt.browserHash !== hashSecret(browser.browserId ?? '')
      ) {
        if ((await find(browser.signInId)) !== undefined) return { kind: 'already', returnTo: trip.returnTo };
        if (trip.restarts >= mostRestarts) return { kind: 'no-cookies' };
        return { kind: 'stale', ...trip };
      }
      const { nonce, codeVerifier, returnTo } = attempt;
      try {
        const askedAt = await store.now();
        const opened = await open(
          await provider.redeem({ state, nonce, codeVerifier }, callback),
          browser,
          askedAt,
        );
        const earlier = await find(browser.signInId);
        if (earlier !== undefined) await close(earlier.signIn, browser.address, 'replaced');
        return { kind: 'signed-in', ...opened, returnTo };
      } catch (error) {
        if (error instanceof ProviderError) return { kind: 'refused', error, returnTo };
        throw error;
      }
    },

    async end({ signIn, principal }, address) {
      const { hash, sid } = signIn;
      await endSignIns(
        deps,
        principal.id,
        { signIn: (one) => one.hash === hash, madeIn: (made) => made?.signInHash === hash },
        { why: 'signed-out', about: { address } },
      );
      // The page sends the browser on to sign out at the provider, which ends what hangs on its session.
      await forgetWithSession(deps, principal.id, (session) => session.sid === sid);
    },
  };
}

/** 256 random bits in 43 characters. */
function randomId(): string {
  return randomBytes(32).toString('base64url');
}

function isRandomId(text: string | undefined): text is string {
  return text !== undefined && /^[A-Za-z0-9_-]{43}$/.test(text);
}
