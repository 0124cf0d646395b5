/** Reloads the configuration on SIGHUP and when its file changes: a faulty one leaves the old one standing. */
import type { Fault } from './fault.ts';
import { type LoadedConfig, loadConfig } from './load.ts';
import type { Config } from './schema.ts';
import { everySecond, type Ticks, watchFiles } from './watch-files.ts';

export interface ConfigWatchOptions {
  /** A good file stands; called for a changed file, and for every SIGHUP. The hash is the policy's. */
  readonly onLoad: (config: Config, hash: string, warnings: readonly Fault[]) => void;
  /** A faulty file stands, and what was loaded before goes on. */
  readonly onFault: (faults: readonly Fault[]) => void;
  readonly ticks?: Ticks;
  /** Where SIGHUP arrives. */
  readonly signals?: Pick<NodeJS.EventEmitter, 'on' | 'off'>;
}

export interface ConfigWatch {
  /** Loads now, after any load under way; what SIGHUP does. */
  reload(): Promise<void>;
  close(): void;
}

/**
 * Watches the file that `loaded` came from. Loads never overlap, and each calls exactly one of the callbacks, except that
 * a file with the bytes already loaded calls none when nobody asked.
 */
export function watchConfig(
  file: string,
  loaded: Extract<LoadedConfig, { kind: 'loaded' }>,
  { onLoad, onFault, ticks = everySecond, signals = process }: ConfigWatchOptions,
): ConfigWatch {
  let fileHash = loaded.fileHash;
  let closed = false;
  let last: Promise<void> = Promise.resolve();

  const load = async (asked: boolean): Promise<void> => {
    const result = await loadConfig(file);
    if (closed || (!asked && result.fileHash === fileHash)) return;
    fileHash = result.fileHash;
    if (result.kind === 'loaded') onLoad(result.config, result.hash, result.warnings);
    else onFault(result.faults);
  };
  const inTurn = (asked: boolean): Promise<void> => {
    const turn = last.then(() => load(asked));
    // A callback that throws fails its own load, and not the next one.
    last = turn.catch(() => {});
    return turn;
  };

  const watch = watchFiles([file], () => inTurn(false), ticks);
  const onSignal = (): void => void inTurn(true);
  signals.on('SIGHUP', onSignal);
  return {
    reload: () => inTurn(true),
    close: () => {
      closed = true;
      watch.close();
      signals.off('SIGHUP', onSignal);
    },
  };
}
