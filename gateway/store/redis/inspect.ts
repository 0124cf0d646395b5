/** What a Redis must be like to hold grants, looked at when a node starts and by `check-config --connect`. */
import type { RedisConnection } from './connection.ts';
import { prefix } from './script.ts';

/** One thing looked at; `mend` says what to do about it. */
export interface Finding {
  readonly ok: boolean;
  readonly text: string;
  readonly mend?: string;
}

/** The first version with what the scripts use (`PEXPIREAT … GT`, `GETDEL`, sub-commands in ACLs). */
const oldest = 7;

/** Replicas enough that one may be lost and changes still be taken, when at least one must have them. */
const replicasToSpare = 2;

/** Looks at version, eviction, persistence and replication. What the ACL user may not see is said, not guessed. */
export async function inspectRedis(
  connection: Pick<RedisConnection, 'command'>,
): Promise<readonly Finding[]> {
  const settings = await configOf(connection, [
    'maxmemory-policy',
    'maxmemory',
    'appendonly',
    'appendfsync',
    'save',
    'min-replicas-to-write',
  ]);
  const info = async (section: string) => String(await connection.command(['INFO', section]).catch(() => ''));
  const version = /redis_version:(\S+)/.exec(await info('server'))?.[1];
  const replicas = Number(/connected_slaves:(\d+)/.exec(await info('replication'))?.[1] ?? 0);
  return [
    versionFinding(version),
    evictionFinding(settings),
    persistenceFinding(settings),
    ...replicationFindings(settings, replicas),
    ...(await sharingFindings(connection)),
  ];
}

/** A user of an earlier version lacks these, and everything else goes on: nothing but the log would say so. */
async function sharingFindings(connection: Pick<RedisConnection, 'command'>): Promise<readonly Finding[]> {
  // Of a stream that is not there: each answers that there is nothing, and makes none.
  const nobodys = `${prefix}entries:nobody`;
  const tried: readonly (readonly string[])[] = [
    ['XADD', nobodys, 'NOMKSTREAM', '*', 'no', 'entry'],
    ['XRANGE', nobodys, '-', '+', 'COUNT', '1'],
    ['XREVRANGE', nobodys, '+', '-', 'COUNT', '1'],
    ['XTRIM', nobodys, 'MINID', '0'],
  ];
  const lacking: string[] = [];
  for (const command of tried)
    await connection.command(command).catch(({ cause }: { cause?: unknown }) => {
      if (cause instanceof Error && cause.message.startsWith('NOPERM')) lacking.push(command[0] ?? '');
    });
  if (lacking.length === 0) return [{ ok: true, text: 'audit entries can be shared with other nodes' }];
  return [
    {
      ok: false,
      text: `the user may not run ${lacking.join(', ')}: auditors at other nodes do not see the entries of this one`,
      mend: `give it ${lacking.map((name) => `+${name.toLowerCase()}`).join(' ')}, as docs/store.md has it`,
    },
  ];
}

function versionFinding(version: string | undefined): Finding {
  if (version === undefined)
    return { ok: false, text: 'version of Redis is not shown', mend: 'let the user run INFO' };
  const major = Number(version.split('.')[0]);
  return major >= oldest
    ? { ok: true, text: `Redis ${version}` }
    : {
        ok: false,
        text: `Redis ${version} is older than ${oldest}.0`,
        mend: `run Redis ${oldest}.0 or later`,
      };
}

function evictionFinding(settings: ReadonlyMap<string, string> | undefined): Finding {
  const policy = settings?.get('maxmemory-policy');
  if (policy === undefined)
    return { ok: false, text: 'eviction policy is not shown', mend: 'let the user run CONFIG GET' };
  if (policy === 'noeviction' || settings?.get('maxmemory') === '0')
    return { ok: true, text: `eviction: ${policy}` };
  return {
    ok: false,
    text: `eviction policy ${policy} may drop live grants and locks when memory is short`,
    mend: 'set maxmemory-policy noeviction',
  };
}

function persistenceFinding(settings: ReadonlyMap<string, string> | undefined): Finding {
  if (settings === undefined)
    return { ok: false, text: 'persistence is not shown', mend: 'let the user run CONFIG GET' };
  if (settings.get('appendonly') === 'yes')
    return { ok: true, text: `persistence: append-only file, fsync ${settings.get('appendfsync') ?? ''}` };
  const save = settings.get('save') ?? '';
  return {
    ok: false,
    text:
      save === ''
        ? 'persistence is off: a restart of Redis loses grants, locks and credentials'
        : `persistence: snapshots only (${save}): a crash loses the last minutes`,
    mend: 'set appendonly yes; if the default user is off, give it its rights all the same (`user default off ~* &* +@all`), for before 8.4 Redis drops scripted changes on loading otherwise',
  };
}

/** With one replica nothing is said: then the loss of either would stop every change. */
function replicationFindings(
  settings: ReadonlyMap<string, string> | undefined,
  replicas: number,
): readonly Finding[] {
  const needed = settings?.get('min-replicas-to-write');
  if (needed === undefined || replicas < replicasToSpare) return [];
  if (needed !== '0')
    return [{ ok: true, text: `replication: a change needs ${needed} of ${replicas} replicas` }];
  return [
    {
      ok: false,
      text: `replication: a primary cut off from its ${replicas} replicas goes on taking changes, and a failover loses them`,
      mend: 'set min-replicas-to-write 1 and min-replicas-max-lag 2',
    },
  ];
}

async function configOf(
  connection: Pick<RedisConnection, 'command'>,
  names: readonly string[],
): Promise<ReadonlyMap<string, string> | undefined> {
  try {
    const flat = (await connection.command(['CONFIG', 'GET', ...names])) as string[];
    return new Map(flat.flatMap((name, at) => (at % 2 === 0 ? [[name, flat[at + 1] ?? ''] as const] : [])));
  } catch {
    return undefined;
  }
}
