/** How Sluice's own commands over SSH end; scripts and docs/ssh-commands.md hold them to it. */
import type { RequestView } from '../../../admin/schemas/requests.ts';

/** The first four and the last as with the commands that call the API; 255 is the ssh client's own. */
export const exit = {
  /** Done; with `--wait`: approved. */
  done: 0,
  refused: 1,
  usage: 2,
  unconfirmed: 3,
  denied: 4,
  lapsed: 5,
  timedOut: 6,
  withdrawn: 7,
  unavailable: 75,
} as const;

/** For `help`. */
export const exitCodeLines: readonly string[] = [
  'Exit codes: 0 done, with --wait approved; 1 refused; 2 wrong usage; 3 done, and not confirmed by every node;',
  'with --wait: 4 denied, 5 lapsed, 6 timed out, 7 withdrawn; 75 unavailable, try later. 255 is of ssh itself.',
];

/** How a wait for this request ends. */
export function exitOf(state: RequestView['state']): number {
  switch (state) {
    case 'approved':
      return exit.done;
    case 'pending':
      return exit.timedOut;
    default:
      return exit[state];
  }
}
