/** What a stand-in needs of a test: to be told when it ends. */

/** A tap test, or anything else that ends; what was registered last runs first. */
export interface Ending {
  teardown(action: () => unknown): unknown;
}

/** An `Ending` for programs that are no test, such as the bench: `end` runs what was registered, the last first. */
export function endingAtWill(): Ending & { end(): Promise<void> } {
  const actions: (() => unknown)[] = [];
  return {
    teardown: (action) => actions.push(action),
    async end() {
      for (let action = actions.pop(); action !== undefined; action = actions.pop()) await action();
    },
  };
}
