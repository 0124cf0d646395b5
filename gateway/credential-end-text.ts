/** What a person reads whose transfer ends because its credential did. */
import { timeText } from './grants/time-text.ts';
import type { CredentialEnd } from './store/records.ts';
import type { Shown } from './texts.ts';

/** Why a transfer ends with the credential it was begun with, and what to do about that. */
export function credentialEndText({ at, why }: CredentialEnd, now: number, publicUrl: string): Shown {
  const time = timeText(at, now);
  const anew = `make a new credential: ${publicUrl}/credentials`;
  const signIn = [`sign in again: ${publicUrl}/login`, anew];
  switch (why) {
    case 'revoked':
      return {
        lines: [`sluice: the credential of this transfer was revoked at ${time}`, anew],
        phrase: 'the credential was revoked',
      };
    case 'provider-logout':
      return {
        lines: [`sluice: your sign-in was ended by the identity provider at ${time}`, ...signIn],
        phrase: 'the identity provider ended your sign-in',
      };
    case 'signed-out':
      return {
        lines: [`sluice: you signed out at ${time}, and your credentials end with your sign-in`, ...signIn],
        phrase: 'you signed out',
      };
    case 'locked-out':
      return {
        lines: [`sluice: since ${time} the identity provider does not vouch for you any more`, ...signIn],
        phrase: 'the identity provider does not vouch for you',
      };
    case 'gone':
      return {
        lines: ['sluice: the credential of this transfer is not in the grant store any more', anew],
        phrase: 'the credential is gone',
      };
  }
}
