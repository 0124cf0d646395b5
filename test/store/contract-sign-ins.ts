/** Sign-ins and the attempts before them. */
import type { Claim } from './contract.ts';
import { aCredential, anAttempt, anEvent, aPerson, aSignIn } from './samples.ts';

const opened = anEvent('sign-in.opened');

export const signInContract: readonly Claim[] = [
  [
    'of many callbacks with one state one gets the attempt',
    async (t, ground) => {
      const stores = [await ground.open('a'), await ground.open('b')];
      const attempt = anAttempt((await stores[0]?.now()) ?? 0);
      await stores[0]?.beginSignIn(attempt, 60_000);
      const takes = [...stores, ...stores].map((store) => store.takeSignInAttempt(attempt.stateHash));
      const taken = (await Promise.all(takes)).filter((found) => found !== undefined);
      t.strictSame(taken, [attempt]);
    },
  ],
  [
    'an attempt that took too long is gone',
    async (t, ground) => {
      const store = await ground.open('a');
      const now = await store.now();
      const attempt = anAttempt(now);
      await store.beginSignIn(attempt, 100);
      await ground.reach((await store.now()) + 100);
      t.equal(await store.takeSignInAttempt(attempt.stateHash), undefined);
    },
  ],
  [
    'a sign-in is found with its person, and use moves its idle limit',
    async (t, ground) => {
      const store = await ground.open('a');
      const principal = await store.enrol(aPerson(), 'P-DEV');
      // A machine that sleeps through the span in which the sign-in must be found is given a longer one.
      for (let idleMs = 1_000; ; idleMs *= 2) {
        const now = await store.now();
        const signIn = aSignIn(now);
        t.match(await store.openSignIn(signIn, idleMs, opened), { value: signIn, events: [opened] });
        await ground.reach(now + 0.3 * idleMs);
        const used = await store.signIn(signIn.hash, 2 * idleMs);
        if (used === undefined && (await store.now()) >= now + idleMs) continue;
        t.strictSame(used, { signIn, principal });
        await ground.reach(now + 1.1 * idleMs);
        const usedAgain = await store.signIn(signIn.hash, 100);
        if (usedAgain === undefined && (await store.now()) >= now + 2.3 * idleMs) continue;
        t.strictSame(usedAgain, { signIn, principal });
        await ground.reach((await store.now()) + 100);
        t.equal(await store.signIn(signIn.hash, 100), undefined);
        return;
      }
    },
  ],
  [
    'use does not move a sign-in beyond its end',
    async (t, ground) => {
      const store = await ground.open('a');
      await store.enrol(aPerson(), 'P-DEV');
      const now = await store.now();
      const signIn = aSignIn(now, { endsAt: now + 1_500 });
      await store.openSignIn(signIn, 60_000, opened);
      t.match(await store.signIn(signIn.hash, 60_000), { signIn });
      await ground.reach(signIn.endsAt);
      t.equal(await store.signIn(signIn.hash, 60_000), undefined);
    },
  ],
  [
    'a closed sign-in is gone, and closes once',
    async (t, ground) => {
      const store = await ground.open('a');
      await store.enrol(aPerson(), 'P-DEV');
      const signIn = aSignIn(await store.now());
      await store.openSignIn(signIn, 60_000, opened);
      const closed = anEvent('sign-in.closed');
      t.match(await store.closeSignIn(signIn.hash, closed), { value: true, events: [closed] });
      t.strictSame(await store.closeSignIn(signIn.hash, closed), { value: false, events: [] });
      t.equal(await store.signIn(signIn.hash, 60_000), undefined);
    },
  ],
  [
    'the live sign-ins of a person are listed, and found by the provider’s session',
    async (t, ground) => {
      const store = await ground.open('a');
      const now = await store.now();
      const signIns = [
        aSignIn(now, { sid: 'session-1' }),
        aSignIn(now, { sid: 'session-2' }),
        aSignIn(now, { principalId: 'P-OTHER', sid: 'session-1' }),
      ];
      for (const signIn of signIns) await store.openSignIn(signIn, 60_000, opened);
      const credential = aCredential(now, { principalId: 'P-THIRD', madeIn: { sid: 'session-1' } });
      await store.issueCredential(credential, anEvent('credential.issued'));

      const own = await store.signInsOf('P-DEV');
      t.strictSame(own.map(({ sid }) => sid).toSorted(), ['session-1', 'session-2']);
      t.strictSame((await store.principalsIn('session-1')).toSorted(), ['P-DEV', 'P-OTHER', 'P-THIRD']);
      t.strictSame(await store.principalsIn('session-3'), []);
      await store.closeSignIn(signIns[0]?.hash ?? '', anEvent('sign-in.closed'));
      t.strictSame(await store.signInsOf('P-DEV'), [signIns[1]]);
      t.strictSame(await store.signInsOf('P-NOBODY'), []);
    },
  ],
  [
    'a word is said for the first time once within its span, on whichever node',
    async (t, ground) => {
      const [one, two] = [await ground.open('a'), await ground.open('b')];
      const said = await Promise.all([one, two, one].map((store) => store.firstTime('jti', 300)));
      t.strictSame(said.filter(Boolean), [true]);
      const until = (await one.now()) + 300;
      t.equal(await two.firstTime('other', 60_000), true);
      await one.unsay('other');
      t.equal(await one.firstTime('other', 60_000), true);
      await ground.reach(until);
      t.equal(await two.firstTime('jti', 300), true);
    },
  ],
];
