/** One git request at the HTTPS door, parsed: what every part of its handling works with. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Conductor, Call as ConductorCall } from '../conductor.ts';
import type { Connection } from '../edge/connections.ts';
import type { Service } from '../git/service.ts';
import type { Upstream } from '../relay/upstream.ts';
import type { Texts } from '../texts.ts';

export interface HttpsCall extends ConductorCall {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly connection: Connection;
  readonly service: Service;
  readonly upstream: Upstream;
  /** Path below the upstream, canonical; undefined when the name cannot be one. */
  readonly path: string | undefined;
}

/** What the handling of git requests is given by the composition. */
export interface HttpsNeeds {
  readonly conductor: Conductor;
  readonly texts: Texts;
  limits(): HttpsLimits;
  /** A fault of ours or of an upstream, for the operator's log. */
  onTrouble(what: string, details: Readonly<Record<string, unknown>>): void;
  /** Repository bytes carried, for the metrics. */
  carried(direction: 'up' | 'down', bytes: number): void;
  /** Seconds from a lost lease until nothing more could leave, for the metrics. */
  cutTook(seconds: number): void;
}

export interface HttpsLimits {
  readonly cutGraceMs: number;
  readonly idleMs: number;
  readonly reportMs: number;
  readonly maxFetchRequestBytes: number;
  readonly maxPushBytes: number | undefined;
}
