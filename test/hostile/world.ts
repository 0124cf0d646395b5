/** A gateway with a real host behind, a journal under its store, and hands between its steps: where trials run. */
import type { Store } from '../../gateway/store/store.ts';
import { aGitNode, type GitNode } from '../https/git-node.ts';
import type { Ending } from '../servers/ending.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';
import { type EagerHost, startEagerHost } from './eager-host.ts';
import { startEagerSshHost } from './eager-ssh-host.ts';
import type { HostPush } from './git-programs.ts';
import { type Journal, openJournal } from './journal.ts';
import { type Material, makeHostRepository } from './material.ts';
import type { HostStep, StoreStep } from './plan.ts';

/** A gate that is broken on purpose: a store put between the gateway and the true one, or a part of the configuration. */
export interface BrokenGate {
  readonly what: string;
  /** The rules of the oracle of which it must break one. */
  readonly breaks: readonly string[];
  readonly between?: (store: Store) => Store;
  readonly upstream?: string;
}

export interface World {
  readonly node: GitNode;
  readonly host: EagerHost;
  readonly journal: Journal;
  /** The true store, watched. */
  readonly store: Store;
  readonly directory: string;
  readonly repositories: readonly HostRepository[];
  /** Pushes that the host got whole, by their first ref. */
  readonly hostPushes: readonly (HostPush & { readonly step: HostStep; readonly at: number })[];
  /** Called between the gateway's steps for a principal, and between the host's for a ref. */
  readonly hands: {
    atStore: (principalId: string, step: StoreStep) => Promise<void>;
    atHost: (ref: string, step: HostStep) => Promise<void>;
  };
}

export interface HostRepository {
  readonly name: string;
  readonly path: string;
  readonly material: Material;
}

/** How the gateway reaches its host. */
export type HostTransport = 'http' | 'ssh';

/** @param each how many repositories of each material there are */
export async function aWorld(
  test: Ending,
  materials: readonly Material[],
  each: number,
  broken: BrokenGate | undefined,
  transport: HostTransport = 'http',
): Promise<World> {
  const directory = await temporaryDirectory(test);
  const journal = openJournal();
  const hands: World['hands'] = { atStore: async () => undefined, atHost: async () => undefined };
  const hostPushes: (HostPush & { step: HostStep; at: number })[] = [];
  const repositories = materials.flatMap((material) =>
    Array.from({ length: each }, (_, i) => {
      const name = `${material.format}-${i}`;
      return { name, path: `${directory}/${name}.git`, material };
    }),
  );
  for (const { material, path } of repositories) makeHostRepository(material, path);
  const host = await (transport === 'ssh' ? startEagerSshHost : startEagerHost)(
    test,
    directory,
    async (step, push) => {
      hostPushes.push({ ...push, step, at: journal.tick() });
      await hands.atHost(push.ref, step);
    },
  );
  let store: Store | undefined;
  const upstream = [host.upstream, broken?.upstream ?? ''].filter((part) => part !== '').join(', ');
  const node = await aGitNode(test, {
    hostUrl: host.url,
    disk: journal.disk,
    shortened: { maxConnectionsPerAddress: 10_000, maxConnections: 10_000 },
    ...(upstream === '' ? {} : { upstream }),
    between(inner) {
      store = journal.watch(inner);
      return withHands(broken?.between?.(store) ?? store, journal, hands);
    },
  });
  if (store === undefined) throw new Error('the node was given no store');
  return { node, host, journal, store, directory, repositories, hostPushes, hands };
}

function withHands(store: Store, journal: Journal, hands: World['hands']): Store {
  const around = async <T>(
    principalId: string | undefined,
    verb: 'enter' | 'standings' | 'passGate',
    work: () => Promise<T>,
  ): Promise<T> => {
    if (principalId === undefined) return await work();
    await hands.atStore(principalId, `before ${verb}`);
    const answer = await work();
    await hands.atStore(principalId, `after ${verb}`);
    return answer;
  };
  const ownerOf = (operationId: string): string | undefined =>
    journal.operations.get(operationId)?.operation.principalId;
  return {
    ...store,
    enter: (operation, seq, how) =>
      around(operation.principalId, 'enter', () => store.enter(operation, seq, how)),
    standings: (of) =>
      around(of.length === 1 ? of[0]?.principalId : undefined, 'standings', () => store.standings(of)),
    passGate: (passage) => around(ownerOf(passage.operationId), 'passGate', () => store.passGate(passage)),
    async standStill(operationId, how) {
      const principalId = ownerOf(operationId);
      if (principalId !== undefined) await hands.atStore(principalId, 'before standStill');
      await store.standStill(operationId, how);
    },
  };
}
