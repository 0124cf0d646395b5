/** Where the gateway is and who calls it: from the environment or files, never from the command line, which every process list shows. */
import { readFile, stat } from 'node:fs/promises';
import { openSecrets, SecretError, type SecretSource } from '../../../config/secrets.ts';
import { readSecret } from '../../identity/credential.ts';

/** What a call needs to be made. */
export interface Access {
  /** The gateway's origin. */
  readonly origin: URL;
  /** An API credential or an ID token; undefined for a call that anybody may make. */
  readonly token: string | undefined;
  /** PEM of the authorities that are trusted in place of Node's own. */
  readonly ca: string | undefined;
}

/** Options that say where the parts are kept. */
export interface AccessOptions {
  readonly urlFile?: string;
  readonly tokenFile?: string;
  readonly ca?: string;
}

/** Something the caller has to mend before a call can be made; the message names it and no secret. */
export class AccessError extends Error {
  override readonly name = 'AccessError';
}

/** A system's whole list of authorities is a quarter of that. */
const largestCa = 2 ** 20;
/** Names of this machine: what goes there crosses no network. */
const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Reads all three. Rejects with an `AccessError`. */
export async function readAccess(options: AccessOptions): Promise<Access> {
  const warn = (text: string): void => void process.stderr.write(`sluice: ${text}\n`);
  const place = await readPlace(options);
  const token = await setting(sourceOf('SLUICE_TOKEN', options.tokenFile), '--token-file', warn);
  return { ...place, token: checkedToken(token) };
}

/** Where the gateway is, for calls that anybody may make; no credential is read. Rejects with an `AccessError`. */
export async function readPlace({ urlFile, ca }: Pick<AccessOptions, 'urlFile' | 'ca'>): Promise<Access> {
  const origin = originOf(await setting(sourceOf('SLUICE_URL', urlFile), '--url-file', () => {}));
  return { origin, token: undefined, ca: ca === undefined ? undefined : await readCa(ca) };
}

function sourceOf(name: string, path: string | undefined): SecretSource {
  return path === undefined ? { kind: 'env', name } : { kind: 'file', path };
}

async function setting(
  source: SecretSource,
  option: string,
  onWarning: (text: string) => void,
): Promise<string> {
  try {
    return (await openSecrets({ onWarning }).read(source)).trim();
  } catch (error) {
    if (!(error instanceof SecretError)) throw error;
    throw new AccessError(
      source.kind === 'env' ? `${error.message}; set it, or give ${option} FILE` : error.message,
    );
  }
}

function originOf(text: string): URL {
  const expected = 'the gateway’s address is https://HOST or https://HOST:PORT';
  if (!URL.canParse(text)) throw new AccessError(`${expected}, and what was given is no address`);
  const url = new URL(text);
  if (url.username !== '' || url.password !== '')
    throw new AccessError(`${expected}, without a user name or password in it`);
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '')
    throw new AccessError(`${expected}, and ${url.origin} was given with more behind it`);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback.has(url.hostname)))
    throw new AccessError(`${expected}; plain http would show the credential to the network`);
  return url;
}

/** What is surely none is said here: a refused credential would count against this address. */
function checkedToken(token: string): string {
  const read = readSecret(token);
  if (read === 'mistyped')
    throw new AccessError('the credential is mistyped: its last six characters do not fit');
  if (read !== 'not-ours' && read.kind === 'git')
    throw new AccessError('the credential is for git, slu_g_…; one for the API, slu_a_…, is needed');
  // The header it goes into takes nothing else.
  if (!/^[\x21-\x7e]+$/.test(token)) throw new AccessError('the credential has characters that none has');
  return token;
}

async function readCa(path: string): Promise<string> {
  try {
    const stats = await stat(path);
    if (!stats.isFile()) throw new AccessError(`--ca ${path} is no regular file`);
    if (stats.size > largestCa) throw new AccessError(`--ca ${path} is longer than ${largestCa} bytes`);
    const pem = await readFile(path, 'utf8');
    if (!pem.includes('-----BEGIN CERTIFICATE-----'))
      throw new AccessError(`--ca ${path} holds no certificate in PEM`);
    return pem;
  } catch (error) {
    if (error instanceof AccessError) throw error;
    throw new AccessError(
      `--ca ${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`,
    );
  }
}
