/** The upstreams of the configuration in force, each over its own kept connections. */
import { readFileSync } from 'node:fs';
import type { Config, UpstreamConfig } from '../config/schema.ts';
import type { Secrets } from '../config/secrets.ts';
import { createHttpForwarder, type HttpForwarder } from './relay/http-forwarder.ts';
import { openSshHost, type SshHost } from './relay/ssh/host.ts';
import { openUpstream, type Upstream } from './relay/upstream.ts';
import type { UpstreamTroubleError } from './relay/upstream-trouble.ts';

export interface Upstreams {
  get(name: string): Upstream | undefined;
  /** Takes over a new configuration; an upstream that did not change keeps its connections. */
  use(config: Config): void;
  close(): void;
}

export function openUpstreams(
  config: Config,
  secrets: Secrets,
  onTrouble: (error: unknown) => void,
  onHostKey: (upstream: string, message: string) => void,
): Upstreams {
  let open = new Map<
    string,
    {
      readonly key: string;
      readonly forwarder: HttpForwarder;
      readonly ssh: SshHost | undefined;
      readonly upstream: Upstream;
    }
  >();
  const use = ({ upstreams, limits }: Config): void => {
    const next: typeof open = new Map();
    for (const upstream of upstreams.values()) {
      const key = JSON.stringify([upstream, limits.upstreamConnectMs]);
      const before = open.get(upstream.name);
      if (before?.key === key) next.set(upstream.name, before);
      else {
        const forwarder = createHttpForwarder({
          ca: caOf(upstream, onTrouble),
          connectMs: limits.upstreamConnectMs,
          allowPrivateAddresses: upstream.allowPrivateAddresses,
        });
        const ssh =
          upstream.ssh &&
          openSshHost(upstream.ssh, {
            suffix: upstream.suffix,
            connectMs: limits.upstreamConnectMs,
            allowPrivateAddresses: upstream.allowPrivateAddresses,
            onHostKey: oncePer(({ message }) => onHostKey(upstream.name, message)),
          });
        next.set(upstream.name, {
          key,
          forwarder,
          ssh,
          upstream: openUpstream(upstream, forwarder, (source) => secrets.read(source), ssh),
        });
      }
    }
    // Transfers that still run on an upstream that left keep their sockets; only idle ones are let go with the agent.
    open = next;
  };
  use(config);
  return {
    get: (name) => open.get(name)?.upstream,
    use,
    close() {
      for (const { forwarder, ssh } of open.values()) {
        forwarder.close();
        ssh?.close();
      }
    },
  };
}

/** The same refused key again is not worth another alarm for so long; the log has it each time. */
const sameAlarmMs = 600_000;

function oncePer(alarm: (error: UpstreamTroubleError) => void): (error: UpstreamTroubleError) => void {
  const last = { message: '', at: Number.NEGATIVE_INFINITY };
  return (error) => {
    const now = performance.now();
    if (last.message === error.message && now - last.at < sameAlarmMs) return;
    Object.assign(last, { message: error.message, at: now });
    alarm(error);
  };
}

/** How long what was read of a file counts without looking again. */
const lookEveryMs = 1_000;

/** Reads the file again now and then, so that a renewed authority counts at once; a broken file keeps the last good one. */
function caOf({ caFile }: UpstreamConfig, onTrouble: (error: unknown) => void): () => string | undefined {
  if (caFile === undefined) return () => undefined;
  let last: string | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;
  return () => {
    if (performance.now() - lookedAt < lookEveryMs) return last;
    lookedAt = performance.now();
    try {
      const text = readFileSync(caFile, 'utf8');
      if (text.includes('-----BEGIN CERTIFICATE-----')) last = text;
    } catch (error) {
      onTrouble(error);
    }
    return last;
  };
}
