/** Links that terminals show: what stands in them, the code that proves that the terminal and the browser are one person's, and how long it all takes. */
import { createHash, createHmac, randomBytes, randomInt } from 'node:crypto';
import { hashSecret } from './credential.ts';
import { isSameSecret } from './same-secret.ts';

/** A person has this long to open the link, sign in and type the code. */
export const keyLinkMs = 600_000;
/** A link's path in front of its token. */
export const keyLinkPath = '/login/ssh/';
/** 128 bits as base64url. */
const tokenShape = /^[A-Za-z0-9_-]{22}$/;
const codeDigits = 6;

/** 128 random bits in 22 characters, and the name they are kept under. */
export function makeKeyLinkToken(): { readonly token: string; readonly hash: string } {
  const token = randomBytes(16).toString('base64url');
  return { token, hash: hashSecret(token) };
}

/** 128 random bits that the terminal keeps to itself: the link is made of them and does not give them away, so who only sees the link cannot answer for its terminal. */
export function makeTicket(): string {
  return randomBytes(16).toString('base64url');
}

/** The link's token that a ticket stands for; undefined for what cannot be a ticket. */
export function tokenOfTicket(ticket: string): string | undefined {
  if (!tokenShape.test(ticket)) return undefined;
  const digest = createHash('sha256').update(`sluice sign-in link\0${ticket}`).digest();
  return digest.subarray(0, 16).toString('base64url');
}

/** The name a link is kept under; undefined for what cannot be the token of one. */
export function hashKeyLinkToken(token: string): string | undefined {
  return tokenShape.test(token) ? hashSecret(token) : undefined;
}

/** Six random digits, and what is kept of them: keyed by the token, which the store does not have, or they could be tried out there. */
export function makeKeyLinkCode(token: string): { readonly code: string; readonly codeDigest: string } {
  const code = String(randomInt(10 ** codeDigits)).padStart(codeDigits, '0');
  return { code, codeDigest: digestOf(token, code) };
}

/** Whether somebody typed the code; spaces and hyphens that people put between digits do not count. Takes the same time wherever it differs. */
export function isKeyLinkCode(token: string, typed: string, codeDigest: string): boolean {
  // Bounded before anything is made of it; nobody puts that many spaces between six digits.
  const digits = typed.length > 64 ? '' : typed.replaceAll(/[\s-]/g, '');
  return isSameSecret(digestOf(token, digits), codeDigest);
}

function digestOf(token: string, code: string): string {
  return createHmac('sha256', token).update(`sluice key link code\0${code}`).digest('hex');
}
