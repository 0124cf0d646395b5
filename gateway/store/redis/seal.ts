/** Records as they lie in Redis: their JSON beside an HMAC, so that whoever can only write there cannot make one. */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a record is: part of what is sealed, so that one kind cannot stand for another. */
export type Purpose =
  | 'principal'
  | 'credential'
  | 'credential-use'
  | 'sign-in'
  | 'key-link'
  | 'refresh'
  | 'request'
  | 'grant'
  | 'lock'
  | 'operation'
  | 'acceptance'
  | 'passage'
  | 'head'
  | 'entry'
  | 'report';

export interface Sealer {
  /** The JSON and its HMAC. */
  seal(purpose: Purpose, id: string, record: object): readonly [json: string, mac: string];
  /** The record, or undefined when there is none or it was not sealed by a gateway; the latter is reported. */
  open<T>(purpose: Purpose, id: string | undefined, json: unknown, mac: unknown): T | undefined;
}

/** @param onTampered is told which record did not fit; the record then counts for nothing */
export function createSealer(key: Buffer, onTampered: (what: string) => void): Sealer {
  const macOf = (purpose: Purpose, json: string): Buffer =>
    createHmac('sha256', key).update(`sluice:v1:${purpose}\n`).update(json).digest();
  return {
    seal(purpose, _id, record) {
      const json = JSON.stringify(record);
      return [json, macOf(purpose, json).toString('base64url')];
    },
    open<T>(purpose: Purpose, id: string | undefined, json: unknown, mac: unknown): T | undefined {
      if (typeof json !== 'string' || json === '') return undefined;
      const given = Buffer.from(typeof mac === 'string' ? mac : '', 'base64url');
      const right = macOf(purpose, json);
      if (given.length === right.length && timingSafeEqual(given, right)) {
        const record = JSON.parse(json) as T & { readonly id?: string; readonly hash?: string };
        // A sealed record under another's key would give its owner what is somebody else's.
        if (id === undefined || record.id === id || record.hash === id) return record;
      }
      onTampered(
        `a ${purpose} record in the store was not written by a gateway, or not at this place; it counts for nothing`,
      );
      return undefined;
    },
  };
}
