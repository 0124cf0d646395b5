/** What the schema cannot say of the listeners. */
import { isIP } from 'node:net';
import { isLoopback, parseHostPort } from '../addresses.ts';
import { defaults } from '../defaults.ts';
import type { Problem } from '../fault.ts';
import type { ConfigFile } from '../file/root.ts';

/** Faults of `https`: either a certificate with its key, or no TLS behind trusted proxies. */
export function httpsFaults({ https }: ConfigFile): Problem[] {
  const { certificate, key, tls, trustedProxies } = https;
  if (tls === 'none') {
    const faults: Problem[] = [];
    if ((trustedProxies ?? []).length === 0) {
      faults.push({
        path: ['https', 'tls'],
        message: 'none needs trustedProxies: without TLS only a proxy in front may connect',
      });
    }
    for (const name of ['certificate', 'key'] as const) {
      if (https[name] !== undefined)
        faults.push({
          path: ['https', name],
          message: 'stands beside tls: none, which uses none',
          atKey: true,
        });
    }
    return faults;
  }
  return (['certificate', 'key'] as const)
    .filter((name) => (name === 'certificate' ? certificate : key) === undefined)
    .map((name) => ({
      path: ['https', name],
      message: 'is missing; expected a path (or tls: none behind trustedProxies)',
    }));
}

/** Faults of two listeners that want the same port. */
export function portFaults(file: ConfigFile): Problem[] {
  const taken = new Map<string, string>();
  return listeners(file).flatMap(([door, listen]) => {
    const { port } = parseHostPort(listen);
    const other = taken.get(String(port));
    taken.set(String(port), door);
    if (port === 0 || other === undefined) return [];
    const [a, b] = [listeners(file).find(([name]) => name === other)?.[1] ?? '', listen].map(
      (text) => parseHostPort(text).host,
    );
    const overlap = a === b || isAny(a) || isAny(b);
    return overlap ? [{ path: [door, 'listen'], message: `is the port of ${other} too` }] : [];
  });
}

/** Metrics carry names of repositories and people's operations, and nobody signs in for them. */
export function opsWarnings({ ops }: ConfigFile): Problem[] {
  const { host } = parseHostPort(ops?.listen ?? defaults.ops.listen);
  return isLoopback(host)
    ? []
    : [
        {
          path: ['ops', 'listen'],
          message: 'is not on loopback: metrics and readiness are open to whoever reaches it',
        },
      ];
}

function listeners(file: ConfigFile): [door: string, listen: string][] {
  return [
    ['https', file.https.listen],
    ...(file.ssh === undefined ? [] : [['ssh', file.ssh.listen] as [string, string]]),
    ['ops', file.ops?.listen ?? defaults.ops.listen],
  ];
}

function isAny(host: string | undefined): boolean {
  return host === '0.0.0.0' || (host !== undefined && isIP(host) === 6 && /^[0:]+$/.test(host));
}
