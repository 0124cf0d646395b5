/** Tells the store how this node is, every few seconds and at once when that changes, for the operators' screen. */
import type { NodeReport } from './store/records.ts';
import type { Store } from './store/store.ts';
import type { Watched } from './watched.ts';

export interface NodeReports {
  /** Tells it now. */
  tell(): Promise<void>;
  /** Tells it for the last time. */
  stop(): Promise<void>;
}

const everyMs = 5_000;

/** Starts with what this node's earlier process said last, so that a restart does not empty the charts. Never rejects. */
export function keepNodeReports(needs: {
  readonly store: Pick<Store, 'report' | 'reports'>;
  readonly watched: Watched;
  /** How it is now; its name does not change. */
  readonly report: () => NodeReport;
  readonly onTrouble: (error: unknown) => void;
}): NodeReports {
  const { store, watched, report, onTrouble } = needs;
  const tell = (): Promise<void> => store.report(report()).catch(onTrouble);
  const goOn = async (): Promise<void> => {
    const { node } = report();
    const earlier = (await store.reports()).reports.find((kept) => kept.node === node);
    if (earlier !== undefined) watched.goOnFrom(earlier.stretches);
  };
  let telling = goOn().catch(onTrouble).then(tell);
  let isTelling = true;
  const told = (): void => {
    isTelling = false;
  };
  void telling.then(told);
  const timer = setInterval(() => {
    // A store that hangs is not asked again and again.
    if (isTelling) return;
    isTelling = true;
    telling = tell();
    void telling.then(told);
  }, everyMs).unref();
  return {
    tell,
    async stop() {
      clearInterval(timer);
      await telling;
      await tell();
    },
  };
}
