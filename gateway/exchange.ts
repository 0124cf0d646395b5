/** One exchange with a Git host as a door lends it to the parts that carry bytes: the client's side of it, whatever it speaks. */
import type { Readable, Writable } from 'node:stream';
import type { Call } from './conductor.ts';
import type { Connection } from './edge/connections.ts';
import type { PushDialect } from './git/report.ts';
import type { Service } from './git/service.ts';
import type { Allowed } from './grants/decide.ts';
import type { Upstream } from './relay/upstream.ts';
import type { Shown, Texts } from './texts.ts';

/** A request for the host, and its answer on the way to the client. */
export interface Exchange extends Call {
  readonly upstream: Upstream;
  readonly service: Service;
  /** What the client sends. */
  readonly request: Readable;
  /** Takes the answer. One that closes unfinished is a client that left. */
  readonly response: Writable;
  readonly connection: Pick<Connection, 'id' | 'closed' | 'endAfterSilence' | 'fellSilent' | 'end' | 'reset'>;
  /** To be called before the answer's first byte, with the media type it has over HTTP. */
  begin(contentType: string): void;
  /** Refuses a fetch, or any service at its advertisement, and ends the answer. */
  refuse(shown: Shown): void;
  /** Refuses a push that has sent its commands, and ends the answer; resolves when nothing of it is left to do. */
  refusePush(dialect: PushDialect, shown: Shown): Promise<void>;
}

/** What carrying is given by the composition. */
export interface CarryNeeds {
  readonly texts: Texts;
  limits(): CarryLimits;
  /** A fault of ours or of an upstream, for the operator's log. */
  onTrouble(what: string, details: Readonly<Record<string, unknown>>): void;
  /** Repository bytes carried, for the metrics. */
  carried(direction: 'up' | 'down', bytes: number): void;
  /** A host answered what it was asked, for those who watch. */
  answered(upstream: string): void;
}

/** How long a cut client may still take over its closing text, in milliseconds: none at all under critical rules. */
export function cutGraceOf(
  needs: Pick<CarryNeeds, 'limits'>,
  { admitted }: { readonly admitted: { readonly decision: Pick<Allowed, 'critical'> } },
): number {
  return admitted.decision.critical ? 0 : needs.limits().cutGraceMs;
}

export interface CarryLimits {
  readonly cutGraceMs: number;
  readonly idleMs: number;
  readonly reportMs: number;
  readonly maxFetchRequestBytes: number;
  readonly maxPushBytes: number | undefined;
}
