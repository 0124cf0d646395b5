/** What a node counts of itself, for `/metrics`; names and labels hold nothing of people or repositories. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export interface Metrics {
  readonly registry: Registry;
  readonly operations: Counter<'door' | 'right' | 'outcome'>;
  readonly refusals: Counter<'door' | 'reason'>;
  readonly turnedAway: Counter<'why'>;
  readonly bytes: Counter<'direction'>;
  /** From the lease's loss to the last repository byte handed to a socket. */
  readonly cutSeconds: Histogram;
}

/** What is read at the moment of a scrape. */
export interface Readings {
  liveTransfers(): number;
  /** Undefined for a door that is not there. */
  connections(): { readonly https: number; readonly ssh: number | undefined };
  certificateDaysLeft(): number | undefined;
}

export function createMetrics(readings: Readings): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const gauge = (name: string, help: string, read: () => number | undefined): void => {
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        const value = read();
        if (value !== undefined) this.set(value);
      },
    });
  };
  gauge('sluice_live_transfers', 'Transfers that hold a lease now', readings.liveTransfers);
  gauge('sluice_https_connections', 'Open client connections of HTTPS', () => readings.connections().https);
  gauge('sluice_ssh_connections', 'Open client connections of SSH', () => readings.connections().ssh);
  gauge(
    'sluice_certificate_days_left',
    'Days until the served certificate ends',
    readings.certificateDaysLeft,
  );

  return {
    registry,
    operations: new Counter({
      name: 'sluice_operations_total',
      help: 'Ended operations by outcome',
      labelNames: ['door', 'right', 'outcome'],
      registers: [registry],
    }),
    refusals: new Counter({
      name: 'sluice_refusals_total',
      help: 'Refused requests by reason',
      labelNames: ['door', 'reason'],
      registers: [registry],
    }),
    turnedAway: new Counter({
      name: 'sluice_turned_away_total',
      help: 'Connections and requests that were no visit: bad TLS, bad HTTP, too many',
      labelNames: ['why'],
      registers: [registry],
    }),
    bytes: new Counter({
      name: 'sluice_repository_bytes_total',
      help: 'Repository bytes carried',
      labelNames: ['direction'],
      registers: [registry],
    }),
    cutSeconds: new Histogram({
      name: 'sluice_cut_seconds',
      help: 'From the store’s change, or the end, to the last repository byte handed on; to the cut where none went after it',
      buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1],
      registers: [registry],
    }),
  };
}
