/** Ways to the sign-in and out of it. */
import { csrfHeaders } from './client.ts';

const lastTryKey = 'sluice-sign-in-tried';
/** Sent to sign in and back again within this time, signed out: another try would go round in circles. */
const circleMs = 15_000;

/** The address that signs in and leads back to where the viewer is; `fresh` proves anew who they are. */
export function signInAddress(fresh = false): string {
  const here = window.location.pathname + window.location.search;
  return `/login?returnTo=${encodeURIComponent(here)}${fresh ? '&fresh=1' : ''}`;
}

/** Goes to sign in by itself, unless that was just tried; answers whether it goes. */
export function goToSignIn(): boolean {
  const lastTry = Number(sessionStorage.getItem(lastTryKey) ?? 0);
  if (Date.now() - lastTry < circleMs) return false;
  sessionStorage.setItem(lastTryKey, String(Date.now()));
  window.location.assign(signInAddress());
  return true;
}

/** Signs out here, and leads to the provider's own sign-out where there is one. Rejects when the gateway does not answer. */
export async function signOut(): Promise<{ readonly leaves: boolean }> {
  const response = await fetch('/logout', { method: 'POST', headers: csrfHeaders() });
  if (!response.ok) throw new Error(`signing out was answered ${response.status}`);
  const { provider } = (await response.json()) as { provider?: string };
  if (provider !== undefined) window.location.assign(provider);
  return { leaves: provider !== undefined };
}
