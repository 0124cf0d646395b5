/** One client of the SSH door as the rest of the gateway sees it: what the door tells of it, and what it asks. */
import type { Socket } from 'node:net';
import type { ServerChannel } from 'ssh2';
import type { ChannelEnvironment } from '../ssh/environment.ts';

/** One connection, from its greeting on. */
export interface SshConnection {
  readonly id: string;
  /** Whom it is counted under, and the other end of its socket: a balancer may stand between. */
  readonly address: string;
  readonly peer: string;
  /** The software it says it is. */
  readonly client: string;
  readonly socket: Socket;
  /** Resolves when it is gone. */
  readonly closed: Promise<void>;
  /** Drops what the kernel still holds and resets it, and all its channels; harmless on a dead one. */
  reset(): void;
}

/** A key that a client offers; with a proof, it wants to be let in with it. */
export interface KeyOffer {
  readonly user: string;
  /** The signature algorithm as the client named it. */
  readonly announced: string;
  readonly blob: Buffer;
  readonly proof: KeyProof | undefined;
}

export interface KeyProof {
  /** The bytes the signature is over, as the library kept them. */
  readonly signed: Buffer;
  /** As it stood on the wire. */
  readonly signature: Buffer;
}

/**
 * `accepted`: a key without a proof may be proven, one with it opens the connection. `partly`: proven, and not enough; the client
 * goes on to its next key. `enough`: it has tried enough, and the connection ends. With `saying`, refused and told why before it
 * goes on, also where nobody can be asked.
 */
export type KeyAnswer = 'accepted' | 'partly' | 'refused' | 'enough' | { readonly saying: string };

/** A client that has no key left to offer and can be asked: a person at a terminal, as a rule (RFC 4256). */
export interface Interview {
  /** One line typed behind `question`; undefined once it left, began something else, or gave no single line for an answer. */
  ask(question: string): Promise<string | undefined>;
  /** Resolves when it was shown, or the client is gone. */
  tell(text: string): Promise<void>;
  /** From now on it may take this long until the client is let in. */
  allow(ms: number): void;
  /** The client is gone, or began something else: no answer reaches it any more. */
  readonly isOver: boolean;
}

/** What a client asks for on a channel of its own. */
export interface ChannelRequest {
  /** Undefined: a shell. */
  readonly command: string | undefined;
  readonly environment: ChannelEnvironment;
  readonly channel: ServerChannel;
  /** Resolves when the channel, or the connection under it, is gone. */
  readonly closed: Promise<void>;
  /**
   * Drops what is still queued and ends the channel; with it goes the connection, unless others run on it and the client has read
   * all it was sent.
   */
  reset(): void;
}

/** What the gateway makes of one connection. Whatever rejects resets the connection. */
export interface SshVisitor {
  key(offer: KeyOffer): Promise<KeyAnswer>;
  /** The client can be asked; whatever comes of it, it is let in: as somebody, or as nobody who may only read why. */
  interview(interview: Interview): Promise<'accepted' | 'enough'>;
  serve(request: ChannelRequest): Promise<void>;
  /** The client was refused something else: a terminal, a subsystem, forwarding. */
  refused(what: string): void;
}
