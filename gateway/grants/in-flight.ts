/** One running call for equal calls. */

/** Runs `call`, or joins the one that runs under the same key already. */
export type InFlight<T> = (key: string, call: () => Promise<T>) => Promise<T>;

/** Makes a place where equal calls of one node meet: a double click, or the several requests of one clone, change things once. */
export function createInFlight<T>(): InFlight<T> {
  const running = new Map<string, Promise<T>>();
  return (key, call) => {
    const known = running.get(key);
    if (known !== undefined) return known;
    const started = call().finally(() => running.delete(key));
    running.set(key, started);
    return started;
  };
}
