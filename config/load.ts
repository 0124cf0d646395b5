/** Loads `sluice.yaml`: the whole configuration, or every fault at once. */
import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { auditFaults } from './checks/audit.ts';
import { limitFaults, limitWarnings } from './checks/limits.ts';
import { httpsFaults, opsWarnings, portFaults } from './checks/listeners.ts';
import { oidcFaults, roleWarnings, signInFaults } from './checks/people.ts';
import { policyFaults, policyWarnings } from './checks/policy.ts';
import { ruleFaults } from './checks/rules.ts';
import { storeFaults } from './checks/store.ts';
import { overlapFaults, upstreamFaults } from './checks/upstreams.ts';
import { parseConfigDocument } from './document.ts';
import type { Fault, Problem } from './fault.ts';
import { type ConfigFile, fileSchema } from './file/root.ts';
import { policyHash } from './policy-hash.ts';
import { resolveConfig } from './resolve.ts';
import type { Config } from './schema.ts';
import { shapeProblems } from './shape.ts';

export type LoadedConfig = ConfigOrFaults & {
  /** SHA-256 of the file's bytes; undefined when it could not be read. */
  readonly fileHash: string | undefined;
};

export type ConfigOrFaults =
  | {
      readonly kind: 'loaded';
      readonly config: Config;
      /** The policy's hash (`policyHash`). */
      readonly hash: string;
      /** What is allowed but odd. */
      readonly warnings: readonly Fault[];
    }
  | { readonly kind: 'faulty'; readonly faults: readonly Fault[] };

/** A larger file is no configuration. */
const maxFileBytes = 4 * 2 ** 20;

/** Loads a file. Never rejects for what the file is or holds: that is a fault. */
export async function loadConfig(file: string): Promise<LoadedConfig> {
  const unreadable = (message: string, fileHash?: string): LoadedConfig => ({
    kind: 'faulty',
    faults: [{ file, line: 1, column: 1, field: '', message }],
    fileHash,
  });
  let bytes: Buffer;
  try {
    const stats = await stat(file);
    if (!stats.isFile()) return unreadable('is no regular file');
    if (stats.size > maxFileBytes)
      return unreadable(`is ${stats.size} bytes long; expected ${maxFileBytes} at most`);
    bytes = await readFile(file);
  } catch (error) {
    return unreadable(`cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
  }
  const fileHash = createHash('sha256').update(bytes).digest('hex');
  if (!isUtf8(bytes)) return unreadable('holds bytes that are not UTF-8', fileHash);
  return { ...parseConfig(bytes.toString('utf8'), file), fileHash };
}

/** Parses a file's text; `file` names it in faults, and its folder is where relative paths start. */
export function parseConfig(source: string, file: string): ConfigOrFaults {
  const document = parseConfigDocument(source, file);
  if (document.faults.length > 0) return { kind: 'faulty', faults: document.faults };

  const shape = shapeProblems(fileSchema, document.value);
  const crossed = crossCheck(document.value as ConfigFile, shape);
  const faults = [...shape, ...crossed].map(document.locate);
  if (faults.length > 0)
    return { kind: 'faulty', faults: faults.toSorted((a, b) => a.line - b.line || a.column - b.column) };

  const config = resolveConfig(document.value as ConfigFile, dirname(resolve(file)));
  const warnings = warningChecks.flatMap((check) => check(document.value as ConfigFile)).map(document.locate);
  return { kind: 'loaded', config, hash: policyHash(config), warnings };
}

/** Each check beside the sections it reads: it runs only where their shape is right. */
const faultChecks: readonly (readonly [
  sections: readonly string[],
  check: (file: ConfigFile) => Problem[],
])[] = [
  [['https'], httpsFaults],
  [['https', 'ssh', 'ops'], portFaults],
  [['store'], storeFaults],
  [['audit'], auditFaults],
  [['oidc'], oidcFaults],
  [['signIn'], signInFaults],
  [['upstreams'], overlapFaults],
  [['upstreams', 'repositories'], policyFaults],
  [['limits'], limitFaults],
];

const warningChecks = [opsWarnings, roleWarnings, policyWarnings, limitWarnings];

function crossCheck(file: ConfigFile, shape: readonly Problem[]): Problem[] {
  // A fault of the whole file (it is a list, it is empty) leaves nothing to check.
  if (shape.some(({ path }) => path.length === 0)) return [];
  const fits = (...prefix: (string | number)[]): boolean =>
    !shape.some(({ path }) => prefix.every((step, at) => path[at] === step));
  const whole = (section: string): boolean =>
    !shape.some(({ path }) => path.length === 1 && path[0] === section);
  const upstreams = whole('upstreams') ? Object.entries(file.upstreams) : [];
  const rules = whole('repositories') ? file.repositories : [];
  return [
    ...faultChecks.flatMap(([sections, check]) =>
      sections.every((section) => fits(section)) ? check(file) : [],
    ),
    ...upstreams.flatMap(([name, upstream]) =>
      fits('upstreams', name) ? upstreamFaults(name, upstream) : [],
    ),
    ...rules.flatMap((rule, at) =>
      fits('repositories', at) && fits('roles') ? ruleFaults(rule, at, file.roles) : [],
    ),
  ];
}
