/** How the commands that call a gateway end; scripts and docs/stopping.md hold them to it. */

/** 69 and 75 are `EX_UNAVAILABLE` and `EX_TEMPFAIL` of sysexits.h. */
export const exit = {
  done: 0,
  refused: 1,
  usage: 2,
  unconfirmed: 3,
  unreachable: 69,
  tryLater: 75,
} as const;

/** The line of the help texts. */
export const exitCodesHelp =
  'exit codes: 0 done, 1 refused or failed, 2 bad usage, 3 done and not confirmed by every node,\n' +
  '69 the gateway cannot be reached, 75 its store or audit cannot at the moment';
