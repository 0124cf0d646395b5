/** What the SSH door offers to prove itself by, taken off where ssh2 1.17.0 adds to it. */
import type { Connection } from 'ssh2';

type Entry = { readonly array: readonly string[] };
type Direction = Readonly<Record<'cipher' | 'mac' | 'compress' | 'lang', Entry>>;

interface Offer {
  readonly lists: {
    readonly kex: Entry;
    readonly serverHostKey: Entry;
    readonly cs: Direction;
    readonly sc: Direction;
  };
}

/**
 * Takes the signature with SHA-1 out, which ssh2 offers for every RSA key whatever it was told. The offer is one object for all
 * connections of a server, so that any of them will do. Throws where ssh2 has none.
 */
export function offerNoSha1(client: Connection, require: NodeJS.Require): void {
  const { KexInit } = require('ssh2/lib/protocol/kex.js') as { KexInit: new (lists: object) => Offer };
  const { _protocol: protocol } = client as unknown as { readonly _protocol: { readonly _offer?: Offer } };
  const offer = protocol._offer;
  if (offer === undefined) throw new Error('ssh2 has no _offer any more');
  const { kex, serverHostKey, cs, sc } = offer.lists;
  const kept = new KexInit({
    kex: kex.array,
    serverHostKey: serverHostKey.array.filter((signature) => signature !== 'ssh-rsa'),
    cs: namesIn(cs),
    sc: namesIn(sc),
  });
  Object.assign(offer, kept);
}

function namesIn({ cipher, mac, compress, lang }: Direction) {
  return { cipher: cipher.array, mac: mac.array, compress: compress.array, lang: lang.array };
}
