/** Whether the store at the other end is the one this node knows: looked at before a way is used, and when an answer gives rise to doubt. */
import type { Journal } from '../journal.ts';
import type { Calls } from './calls.ts';
import { lookAtStore } from './generation.ts';
import { reapply } from './reapply.ts';
import type { Sealer } from './seal.ts';

export interface GuardNeeds {
  readonly journal: Journal;
  readonly sealer: Sealer;
  readonly nodeId: string;
  /** Told once for each turn of things. */
  onAlarm(alarm: StoreAlarm, message: string): void;
}

export type StoreAlarm =
  /** The store is not the one this node knows; nothing is served until an operator accepts it, or it comes back. */
  | 'store-lost'
  | 'store-accepted'
  /** It is the one, in an older state; what was revoked and locked since has been done again. */
  | 'store-went-back'
  | 'store-back'
  | 'store-credential-gone';

export interface Guard {
  /** The mark every answer must carry; undefined while the store is not trusted. */
  readonly trusted: string | undefined;
  /** Looks; afterwards `trusted` says. Rejects when the store does not answer. */
  examine(calls: Calls): Promise<void>;
  /** What an answer carried. */
  saw(generation: string, seq: number): void;
}

export function createGuard({ journal, sealer, nodeId, onAlarm }: GuardNeeds): Guard {
  let trusted: string | undefined;
  let lost = false;

  const lose = (message: string): void => {
    trusted = undefined;
    if (!lost) onAlarm('store-lost', message);
    lost = true;
  };
  const examine = async (calls: Calls): Promise<void> => {
    trusted = undefined;
    const { generation: remembered, seq } = journal;
    const looked = await lookAtStore(calls, sealer, nodeId, remembered, seq);
    if (looked.kind === 'missing')
      return lose(
        'the store has lost its mark: it was emptied, or drops what it should keep; nothing is served until it is restored or `sluice store accept` is run',
      );
    if (looked.kind === 'other') {
      const { generation, acceptance } = looked;
      if (remembered === undefined || !acceptance?.replaces.includes(remembered))
        return lose(
          'the store is another than the one this node knows; nothing is served until that is back or `sluice store accept` is run',
        );
      await journal.accept(generation);
      onAlarm('store-accepted', `an operator accepted the store as ${generation} in place of ${remembered}`);
      return await examine(calls);
    }
    if (remembered === undefined) await journal.note({ kind: 'store', generation: looked.generation });
    const again = await reapply(calls, sealer, nodeId, journal.notes());
    if (looked.seqBefore < seq || again > 0)
      onAlarm(
        'store-went-back',
        `the store went back from change ${seq} to ${looked.seqBefore}; ${again} revocations, locks and lifts were done again`,
      );
    if (lost) onAlarm('store-back', 'the store is the one this node knows again');
    lost = false;
    trusted = looked.generation;
  };

  return {
    get trusted() {
      return trusted;
    },
    examine,
    saw(generation, seq) {
      if (trusted === undefined) return;
      if (generation !== trusted || seq < journal.seq) trusted = undefined;
      else journal.sawSeq(seq);
    },
  };
}
