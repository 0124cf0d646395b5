/** The two git services that pass, their media types, and the version a client asks for. */

/** gitprotocol-http: smart services. */
export type Service = 'git-upload-pack' | 'git-receive-pack';

export function isService(name: string): name is Service {
  return name === 'git-upload-pack' || name === 'git-receive-pack';
}

export function advertisementType(service: Service): string {
  return `application/x-${service}-advertisement`;
}

export function requestType(service: Service): string {
  return `application/x-${service}-request`;
}

export function resultType(service: Service): string {
  return `application/x-${service}-result`;
}

/** Git LFS's own media type; its API answers errors in it. */
export const lfsType = 'application/vnd.git-lfs+json';

export type ProtocolVersion = 0 | 1 | 2;

/**
 * Whether a `Git-Protocol` header or `GIT_PROTOCOL` value is made of `key[=value]` parts joined by colons (gitprotocol-v2) and
 * of at most 256 characters. A value that is not may mean something else to whoever is behind: it goes nowhere.
 */
export function isProtocolValue(value: string): boolean {
  return value.length <= 256 && /^[a-z0-9-]+(=[\w.-]*)?(:[a-z0-9-]+(=[\w.-]*)?)*$/i.test(value);
}

/** The highest known `version` in such a value; anything else about it, or a value of another form, means version 0. */
export function protocolVersion(value: string | undefined): ProtocolVersion {
  if (value === undefined || !isProtocolValue(value)) return 0;
  let version: ProtocolVersion = 0;
  for (const part of value.split(':')) {
    if (part === 'version=2') version = 2;
    else if (part === 'version=1' && version === 0) version = 1;
  }
  return version;
}
