/** One git request at the HTTPS door, parsed: what every part of its handling works with. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Conductor } from '../conductor.ts';
import type { Connection } from '../edge/connections.ts';
import type { CarryNeeds, Exchange } from '../exchange.ts';

export interface HttpsCall extends Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly connection: Connection;
  /** Path below the upstream, canonical; undefined when the name cannot be one. */
  readonly path: string | undefined;
}

/** What the handling of git requests is given by the composition. */
export interface HttpsNeeds extends CarryNeeds {
  readonly conductor: Conductor;
}
