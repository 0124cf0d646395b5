/** Heavy work one piece after the other, so that many who ask at once cannot make a node do it all at once. */

export interface InTurn<T> {
  /**
   * Does it when its turn has come. Who asks by the same key for what has not begun shares it.
   *
   * @returns undefined at once when too many wait
   */
  run(key: string, work: () => Promise<T>): Promise<T> | undefined;
}

export function inTurn<T>(waitingAtMost: number): InTurn<T> {
  const waiting = new Map<string, Promise<T>>();
  let last: Promise<unknown> = Promise.resolve();
  return {
    run(key, work) {
      const shared = waiting.get(key);
      if (shared !== undefined) return shared;
      if (waiting.size >= waitingAtMost) return undefined;
      const done = last.then(() => {
        waiting.delete(key);
        return work();
      });
      waiting.set(key, done);
      last = done.catch(() => undefined);
      return done;
    },
  };
}
