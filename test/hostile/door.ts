/** What a door of the gateway is to the hostile trials; a row for each door. */
import type { Told } from './answer.ts';
import type { PushBody } from './body.ts';
import type { ClientStep, PushPlan } from './plan.ts';

export interface Sending {
  readonly plan: PushPlan;
  readonly body: PushBody;
  /** `hub/NAME`, without `.git`. */
  readonly repository: string;
  /** An answer must come, or it hangs. */
  readonly mustBeAnswered: boolean;
  /** Awaited at each step. */
  cue(step: ClientStep): Promise<void>;
}

export interface HostileDoor {
  readonly name: string;
  connect(port: number, secret: string): Line;
}

/** One connection, or what a client takes for one. */
export interface Line {
  discover(repository: string): Promise<void>;
  /** Resolves when the client is done, whether or not it heard anything. */
  push(sending: Sending): Promise<{ readonly told: Told; readonly hung: boolean }>;
  leave(): void;
}
