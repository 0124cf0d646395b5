/**
 * Which node of a cluster holds our slot: all keys carry one hash tag, so one node at a time is the whole store.
 *
 * Not by node-redis' `createCluster`: it follows MOVED and ASK by sending a command again, which for a change past its
 * deadline is one time too many; a slot that is just being moved is split over two nodes, and half a standing is none.
 */
import { addressText, type ClusterAddress, type HostPort } from './address.ts';
import { openClient } from './client.ts';
import { within } from './patience.ts';
import type { Primary } from './primary.ts';
import { prefix } from './script.ts';

/** Nodes remembered beside those of the configuration. */
const learnedAtMost = 64;

export function clusterPrimary(address: ClusterAddress): Primary {
  const { nodes, timeoutMs } = address;
  const learned = new Map<string, HostPort>();
  const learn = (found: readonly HostPort[]): void => {
    for (const node of found) if (learned.size < learnedAtMost) learned.set(addressText(node), node);
  };

  const ask = async (node: HostPort): Promise<HostPort> => {
    const client = await openClient(node, address);
    try {
      // The user may be one without the right to it; then the configuration names all that are known.
      client.send(['CLUSTER', 'SLOTS']).then(
        (slots) => learn(nodesIn(slots, node)),
        () => undefined,
      );
      await within(
        timeoutMs,
        client.send(['EXISTS', `${prefix}seq`]),
        () => new Error(`${addressText(node)} did not answer within ${timeoutMs} ms`),
      );
      return node;
    } catch (error) {
      const to = movedTo(error, node);
      if (to === undefined) throw error;
      return to;
    } finally {
      client.close();
    }
  };

  return {
    async find() {
      const known = new Map([...nodes.map((node) => [addressText(node), node] as const), ...learned]);
      try {
        // All at once: the one that held the slot may be the one that is silent.
        const found = await Promise.any([...known.values()].map(ask));
        learn([found]);
        return found;
      } catch (error) {
        const [first] = error instanceof AggregateError ? (error.errors as unknown[]) : [error];
        throw new Error(`no node of the cluster says who holds the store (${[...known.keys()].join(', ')})`, {
          cause: first,
        });
      }
    },
    // A node that does not hold the slot says so at the first command.
    verify: async () => undefined,
    watch: () => () => undefined,
    close: () => undefined,
  };
}

/** `MOVED 1234 10.0.0.1:6379`; without a host the one that was asked is meant. */
function movedTo(error: unknown, asked: HostPort): HostPort | undefined {
  const found = error instanceof Error ? /^MOVED \d+ (.*):(\d+)$/.exec(error.message) : null;
  if (found === null) return undefined;
  const [, host = '', port] = found;
  return { host: host === '' ? asked.host : host, port: Number(port) };
}

function nodesIn(slots: unknown, asked: HostPort): readonly HostPort[] {
  if (!Array.isArray(slots)) return [];
  return slots.flatMap((range: unknown) =>
    (Array.isArray(range) ? range.slice(2) : []).flatMap((node: unknown) => {
      const [host, port] = Array.isArray(node) ? (node as unknown[]) : [];
      if (typeof port !== 'number') return [];
      return { host: typeof host === 'string' && host !== '' ? host : asked.host, port };
    }),
  );
}
