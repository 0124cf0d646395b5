/** What a door of the gateway is to the hostile trials; a row for each door. */
import type { GitNode } from '../https/git-node.ts';
import type { Ending } from '../servers/ending.ts';
import type { Told } from './answer.ts';
import type { PushBody } from './body.ts';
import type { ClientStep, PushPlan } from './plan.ts';
import type { Armed } from './trial.ts';

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
  /** The plan as far as this door has room for it. */
  planOf(plan: PushPlan): PushPlan;
  /** Whether nothing is wrong with such a push: it must be applied when nothing stops it. */
  isSound(plan: PushPlan): boolean;
  /** Whether the gateway is told where such a push ends, sound or not. */
  hasEnd(plan: PushPlan): boolean;
  open(test: Ending, node: GitNode): Promise<OpenDoor>;
}

export interface OpenDoor {
  /** A connection of the person whose access a trial stops. */
  connect(person: Pick<Armed, 'principalId' | 'secret'>): Line;
}

/** One connection, or what a client takes for one. */
export interface Line {
  discover(repository: string): Promise<void>;
  /** Resolves when the client is done, whether or not it heard anything. */
  push(sending: Sending): Promise<{ readonly told: Told; readonly hung: boolean }>;
  leave(): void;
}
