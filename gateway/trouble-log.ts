/** Trouble on its way into the log: the same trouble again within ten seconds is counted, not repeated. */
import type { Logger } from 'pino';

export type OnTrouble = (what: string, details: Readonly<Record<string, unknown>>) => void;

const quietMs = 10_000;
/** Kinds of trouble kept apart; there are a handful. */
const mostKinds = 1_000;

export function troubleLog(log: Pick<Logger, 'warn'>, now: () => number): OnTrouble {
  const kinds = new Map<string, { at: number; more: number }>();
  return (what, { cause, ...rest }) => {
    const key = `${what} ${String(rest.upstream ?? '')} ${String(rest.kind ?? '')} ${messageOf(cause)}`;
    const known = kinds.get(key);
    if (known !== undefined && now() - known.at < quietMs) {
      known.more += 1;
      return;
    }
    if (kinds.size >= mostKinds) kinds.clear();
    kinds.set(key, { at: now(), more: 0 });
    const before = known === undefined || known.more === 0 ? {} : { before: known.more };
    log.warn({ ...rest, ...before, ...(cause === undefined ? {} : { err: cause }) }, `${what} trouble`);
  };
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : '';
}
