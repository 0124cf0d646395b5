/** First path segments that belong to the gateway itself: no upstream can have such a name. */

// The routes of the door and the page, and some that later pages are likely to want.
const reserved: ReadonlySet<string> = new Set(
  `a admin api ask assets audit auth callback credentials docs grants healthz help keys locks login logout metrics
   oidc operations people readyz requests settings setup sign-in sluice static status well-known`.split(
    /\s+/,
  ),
);

/** Whether a name is the gateway's own. Names with a dot (`favicon.ico`, `.well-known`) are no upstream names anyway. */
export function isReservedName(name: string): boolean {
  return reserved.has(name);
}
