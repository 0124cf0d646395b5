/** The body of a large push on its way up: all but its trailer, which goes when the gate was passed. */
import { Transform, type TransformCallback } from 'node:stream';
import type { PackGate } from '../git/pack-gate.ts';
import { damagedPack } from '../git/protocol-error.ts';
import { accessEnded } from './endings.ts';

export interface GatedBodyNeeds {
  /** The command list: goes first. */
  readonly head: Buffer;
  readonly gate: PackGate;
  /** Bytes of the pack have just gone on. */
  handedOn(): void;
  /** Asked once, when the pack is whole but for its trailer: may it go? */
  pass(): Promise<boolean>;
}

/**
 * Takes the pack's bytes and gives the host's. With the pack's last byte it says `whole` and takes no more: what comes
 * behind, or that the client leaves, changes nothing. It ends by itself behind the trailer; it breaks with `accessEnded`
 * where the gate was not passed, and with a `ProtocolError` where the pack is damaged.
 */
export class GatedBody extends Transform {
  readonly #needs: GatedBodyNeeds;
  #asked = false;
  #released = false;

  constructor(needs: GatedBodyNeeds) {
    super({ highWaterMark: 262_144 });
    this.#needs = needs;
    this.push(needs.head);
  }

  /** The trailer is on its way: from here on the host may have all of it. */
  get released(): boolean {
    return this.#released;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    if (this.#asked) {
      done();
      return;
    }
    const { gate, handedOn, pass } = this.#needs;
    try {
      for (const piece of gate.feed(chunk)) {
        this.push(piece);
        handedOn();
      }
      if (!gate.isWhole) {
        done();
        return;
      }
    } catch (error) {
      done(error as Error);
      return;
    }
    this.#asked = true;
    this.emit('whole');
    pass().then(
      (passed) => {
        if (!passed) {
          done(accessEnded);
          return;
        }
        this.#released = true;
        this.push(gate.trailer());
        done();
        this.end();
      },
      (error: unknown) => done(error as Error),
    );
  }

  override _flush(done: TransformCallback): void {
    done(this.#released ? null : damagedPack());
  }
}
