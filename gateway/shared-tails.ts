/** Whether other nodes shared audit entries since: looked at when one says so, and now and then, since what is said gets lost. */
import type { Store } from './store/store.ts';

const everyMs = 2_000;

/** Calls listeners back when there may be more; each call answers how to stop. A failure is told, and asked again. */
export function watchSharedTails(
  store: Pick<Store, 'sharedChains' | 'onChange'>,
  own: string,
  onTrouble: (error: unknown) => void,
): (listener: () => void) => () => void {
  const listeners = new Set<() => void>();
  let stopWatching: (() => void) | undefined;
  let asking: Promise<void> | undefined;
  let isAskedAgain = false;
  let known: string | undefined;
  const look = async (): Promise<void> => {
    const tails = (await store.sharedChains()).filter(({ chain }) => chain !== own);
    const now = JSON.stringify(tails.map(({ chain, toSeq }) => [chain, toSeq]));
    if (now === known) return;
    known = now;
    for (const listener of [...listeners]) listener();
  };
  const ask = (): void => {
    if (asking !== undefined) {
      isAskedAgain = true;
      return;
    }
    asking = look()
      .catch(onTrouble)
      .finally(() => {
        asking = undefined;
        if (!isAskedAgain) return;
        isAskedAgain = false;
        ask();
      });
  };
  const watch = (): (() => void) => {
    const timer = setInterval(ask, everyMs).unref();
    const stopListening = store.onChange((change) => {
      if (change === undefined || (change.kind === 'audit' && change.id !== own)) ask();
    });
    return () => {
      clearInterval(timer);
      stopListening();
    };
  };
  return (listener) => {
    const one = (): void => listener();
    listeners.add(one);
    stopWatching ??= watch();
    return () => {
      listeners.delete(one);
      if (listeners.size > 0) return;
      stopWatching?.();
      stopWatching = undefined;
    };
  };
}
