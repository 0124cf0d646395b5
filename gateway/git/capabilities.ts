/** Capabilities: which may pass, in the host's advertisement and in what clients choose (gitprotocol-capabilities, gitprotocol-v2). */

/** One capability: `key` or `key=value`. */
export interface Capability {
  readonly key: string;
  readonly value: string | undefined;
}

/** Reads a list separated by single blanks; empty parts are dropped, as git does. */
export function readCapabilities(list: string): readonly Capability[] {
  return list
    .split(' ')
    .filter((part) => part !== '')
    .map((part) => {
      const equals = part.indexOf('=');
      return equals === -1
        ? { key: part, value: undefined }
        : { key: part.slice(0, equals), value: part.slice(equals + 1) };
    });
}

/** The list that `readCapabilities` reads as these. */
export function writeCapabilities(capabilities: readonly Capability[]): string {
  return capabilities.map(({ key, value }) => (value === undefined ? key : `${key}=${value}`)).join(' ');
}

/** Longer lists come from no client: agent and session id are the only parts of free length. */
const longestChosenBytes = 8_192;

/**
 * What is wrong with a client's choice; undefined for nothing. Hosts part lists at any white space and take the first or the
 * last of two values: a choice that they could read otherwise than it is read here is at fault.
 */
export function faultOfChosen(
  chosen: readonly Capability[],
  allowed: ReadonlySet<string>,
): string | undefined {
  if (writeCapabilities(chosen).length > longestChosenBytes)
    return `its capabilities are longer than ${longestChosenBytes} bytes`;
  const values = new Map<string, string | undefined>();
  for (const { key, value } of chosen) {
    if (!allowed.has(key)) return `the capability ${JSON.stringify(key.slice(0, 60))} is not allowed`;
    if (hasControl(value ?? '')) return `the capability ${key} holds a control character`;
    if (values.has(key) && values.get(key) !== value) return `the capability ${key} has two values`;
    values.set(key, value);
  }
  return undefined;
}

/** Of a host's list what is allowed and cannot be read as more than it is. */
export function allowedOf(
  offered: readonly Capability[],
  allowed: ReadonlySet<string>,
): readonly Capability[] {
  return offered.filter(({ key, value }) => allowed.has(key) && !hasControl(value ?? ''));
}

/** White space that git takes for a separator, NUL that ends its strings, and the rest of their kind. */
export function hasControl(text: string): boolean {
  return /[\x00-\x1f\x7f]/.test(text);
}

/**
 * Fetch with protocol v0 and v1. Left out on purpose: whatever would send a client elsewhere for data, and what is unknown.
 */
export const uploadPackCapabilities: ReadonlySet<string> = new Set([
  'multi_ack',
  'multi_ack_detailed',
  'no-done',
  'thin-pack',
  'side-band',
  'side-band-64k',
  'ofs-delta',
  'shallow',
  'deepen-since',
  'deepen-not',
  'deepen-relative',
  'no-progress',
  'include-tag',
  'allow-tip-sha1-in-want',
  'allow-reachable-sha1-in-want',
  'filter',
  'symref',
  'agent',
  'object-format',
  'session-id',
]);

/** Push, any version. */
export const receivePackCapabilities: ReadonlySet<string> = new Set([
  'report-status',
  'report-status-v2',
  'delete-refs',
  'quiet',
  'atomic',
  'ofs-delta',
  'push-options',
  'push-cert',
  'side-band',
  'side-band-64k',
  'agent',
  'object-format',
  'session-id',
  'no-thin',
]);

/** Protocol v2: capabilities and commands share one list. `bundle-uri` and `packfile-uris` would lead elsewhere. */
export const versionTwoCapabilities: ReadonlySet<string> = new Set([
  'agent',
  'ls-refs',
  'fetch',
  'server-option',
  'object-format',
  'object-info',
  'session-id',
]);

/** What a v2 command's advertisement may name as its features. */
export const versionTwoFeatures: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['ls-refs', new Set(['unborn'])],
  ['fetch', new Set(['shallow', 'wait-for-done', 'filter', 'ref-in-want'])],
  ['object-info', new Set<string>(['size'])],
]);
