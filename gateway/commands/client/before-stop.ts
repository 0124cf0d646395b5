/** What a command still does when somebody stops it: Ctrl-C, a closed window, a kill. */

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs it once when a signal stops the program, which then ends by that signal as if nothing had been between; a second one ends
 * it at once.
 *
 * @returns takes it back
 */
export function beforeStop(run: () => Promise<void>): () => void {
  const takeBack = (): void => {
    for (const signal of signals) process.off(signal, stop);
  };
  const stop = (signal: NodeJS.Signals): void => {
    takeBack();
    void run().finally(() => process.kill(process.pid, signal));
  };
  for (const signal of signals) process.on(signal, stop);
  return takeBack;
}
