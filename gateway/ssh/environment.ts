/** The environment variables a client may set on its channel: a closed list, each checked, everything else dropped. */
import { isProtocolValue } from '../git/service.ts';

export interface ChannelEnvironment {
  /** `GIT_PROTOCOL`, well formed: the one variable that goes on to the host. */
  readonly gitProtocol?: string;
  /** `SLUICE_WAIT=1`: a refused operation is asked for, and waited for. */
  readonly waits?: true;
  /** `SLUICE_REASON`: why, when it is asked for. As the client wrote it; whoever makes a request of it judges it. */
  readonly reason?: string;
}

/** More than any rule lets a reason have. */
const longestReason = 2_000;

/**
 * Takes one `env` request in. A value that is not well formed takes back what came before, so that the last word counts;
 * a name that is not on the list changes nothing.
 */
export function withVariable(before: ChannelEnvironment, name: string, value: string): ChannelEnvironment {
  switch (name) {
    case 'GIT_PROTOCOL': {
      const { gitProtocol: _, ...rest } = before;
      return isProtocolValue(value) ? { ...rest, gitProtocol: value } : rest;
    }
    case 'SLUICE_WAIT': {
      const { waits: _, ...rest } = before;
      return value === '1' ? { ...rest, waits: true } : rest;
    }
    case 'SLUICE_REASON': {
      const { reason: _, ...rest } = before;
      return value.length > 0 && value.length <= longestReason ? { ...rest, reason: value } : rest;
    }
    default:
      return before;
  }
}
