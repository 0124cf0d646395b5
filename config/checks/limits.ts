/** What the schema cannot say of the limits. */
import { defaults } from '../defaults.ts';
import type { Problem } from '../fault.ts';
import type { ConfigFile } from '../file/root.ts';
import { parseDuration } from '../quantities.ts';

/** Faults of limits that contradict each other. */
export function limitFaults({ limits }: ConfigFile): Problem[] {
  const all = { ...defaults.limits, ...limits };
  const faults: Problem[] = [];
  if (parseDuration(all.criticalStoreGrace) > parseDuration(all.storeGrace)) {
    const written = limits?.criticalStoreGrace === undefined ? 'storeGrace' : 'criticalStoreGrace';
    faults.push({
      path: ['limits', written],
      message: `makes criticalStoreGrace (${all.criticalStoreGrace}) longer than storeGrace (${all.storeGrace})`,
    });
  }
  if (all.maxConnectionsPerAddress > all.maxConnections) {
    const written =
      limits?.maxConnectionsPerAddress === undefined ? 'maxConnections' : 'maxConnectionsPerAddress';
    faults.push({
      path: ['limits', written],
      message: `makes maxConnectionsPerAddress (${all.maxConnectionsPerAddress}) greater than maxConnections (${all.maxConnections})`,
    });
  }
  return faults;
}

/** Healthy git is silent for minutes: while a host packs, while a hook runs. */
export function limitWarnings({ limits }: ConfigFile): Problem[] {
  return (['idle', 'keepAlive'] as const).flatMap((name) => {
    const span = limits?.[name];
    if (span === undefined || parseDuration(span) >= parseDuration('10m')) return [];
    return [
      {
        path: ['limits', name],
        message: `is ${span}: slow hosts, links and hooks are silent for longer; 10m or more is safe`,
      },
    ];
  });
}
