/** Whether other nodes shared audit entries since: asked twice a second, while somebody wants to know. */
import type { Store } from './store/store.ts';

const everyMs = 500;

/** Calls listeners back when there may be more; each call answers how to stop. A failure is told, and asked again. */
export function watchSharedTails(
  store: Pick<Store, 'sharedChains'>,
  own: string,
  onTrouble: (error: unknown) => void,
): (listener: () => void) => () => void {
  const listeners = new Set<() => void>();
  let timer: NodeJS.Timeout | undefined;
  let isAsking = false;
  let known: string | undefined;
  const ask = async (): Promise<void> => {
    if (isAsking) return;
    isAsking = true;
    try {
      const tails = (await store.sharedChains()).filter(({ chain }) => chain !== own);
      const now = JSON.stringify(tails.map(({ chain, toSeq }) => [chain, toSeq]));
      if (now === known) return;
      known = now;
      for (const listener of [...listeners]) listener();
    } catch (error) {
      onTrouble(error);
    } finally {
      isAsking = false;
    }
  };
  return (listener) => {
    const one = (): void => listener();
    listeners.add(one);
    timer ??= setInterval(() => void ask(), everyMs).unref();
    return () => {
      listeners.delete(one);
      if (listeners.size > 0) return;
      clearInterval(timer);
      timer = undefined;
    };
  };
}
