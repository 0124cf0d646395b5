/** A client that went away before its request was whole: by itself, or ended for its silence. */
import type { Connection } from '../edge/connections.ts';
import type { Outcome } from '../operations.ts';

/** What the record says of it. */
export function leftOutcome({ fellSilent }: Pick<Connection, 'fellSilent'>): Outcome {
  return fellSilent ? { outcome: 'cut', reason: 'idle' } : { outcome: 'client-left' };
}
