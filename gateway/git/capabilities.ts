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

export function writeCapabilities(capabilities: readonly Capability[]): string {
  return capabilities.map(({ key, value }) => (value === undefined ? key : `${key}=${value}`)).join(' ');
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
