/** What the API's auditors read at this node: pages and counts of all nodes' entries with what they cover, the replay and verification of its own log, and that they read. */
import { stat } from 'node:fs/promises';
import type { AdminDeps, NamedPerson } from '../admin/admin-deps.ts';
import type { AuditConfig } from '../config/schema.ts';
import type { ChainHead } from './audit/checkpoint.ts';
import type { AuditLog } from './audit/log.ts';
import type { People } from './audit/people.ts';
import { foldReads } from './audit/read-folding.ts';
import { countAudit } from './audit-counts.ts';
import { readAuditPage } from './audit-page.ts';
import { replaysApart } from './replay/replay-apart.ts';
import { watchSharedTails } from './shared-tails.ts';
import type { Store } from './store/store.ts';

export interface ForAuditorsNeeds {
  config(): AuditConfig;
  readonly audit: AuditLog;
  readonly people: People;
  /** Public halves, in PEM, of what this node's checkpoints are signed with. */
  checkingKeys(): Promise<readonly string[]>;
  /** How far the chains of other nodes are, as the store said last. */
  others(): readonly ChainHead[];
  readonly store: Pick<Store, 'onChange' | 'sharedChains' | 'sharedEntries'>;
  /** That somebody read could not be written; it is counted and written later. */
  onTrouble(error: unknown): void;
  /** The store could not be asked for what other nodes shared. */
  onStoreTrouble(error: unknown): void;
}

type AuditorDeps = Pick<
  AdminDeps,
  'readAudit' | 'countAudit' | 'replayAudit' | 'accessReport' | 'verifyAudit' | 'auditRead' | 'onAudited'
>;

export interface ForAuditors extends AuditorDeps {
  /** Ends what runs and writes what was counted. */
  close(): Promise<void>;
}

export function openForAuditors(needs: ForAuditorsNeeds): ForAuditors {
  const { config, audit, people, others, store, onTrouble, onStoreTrouble } = needs;
  const reads = foldReads({ append: (entry) => audit.append(entry), now: Date.now, onFailed: onTrouble });
  const replays = replaysApart();
  const onShared = watchSharedTails(store, audit.chain, onStoreTrouble);
  /** The log with its archive, and the chains whose files are not here. */
  const here = async () => {
    const { directory, archiveDirectory } = config();
    const paths = [...(await existing(archiveDirectory)), directory];
    return { paths, elsewhere: others().map(({ chain }) => chain) };
  };
  return {
    async readAudit(filter) {
      const { directory, archiveDirectory: archive } = config();
      const page = await readAuditPage(filter, {
        log: { directory, archive },
        head: audit.head(),
        others: others(),
        store,
        onTrouble: onStoreTrouble,
      });
      return { ...page, people: named(idsOf(page.entries), people) };
    },
    async countAudit(wish, nodes) {
      const { directory, archiveDirectory: archive } = config();
      return await countAudit(wish, nodes, {
        count: (count, most) => replays.count({ log: { directory, archive }, count, most }),
        head: audit.head(),
        others: others(),
        store,
        onTrouble: onStoreTrouble,
      });
    },
    async replayAudit(wish, at) {
      const outcome = await replays.replay({ ...(await here()), wish, ...(at === undefined ? {} : { at }) });
      if (outcome.kind !== 'answered') return outcome;
      // It came from another process as JSON: its shape is the schema's, and its lists are its own.
      const { answer } = outcome;
      return { kind: 'answered', answer: { ...answer, people: named(idsOf(answer), people) } } as never;
    },
    accessReport: async (from, to) => await replays.report({ ...(await here()), report: { from, to } }),
    async verifyAudit() {
      const { paths } = await here();
      const keys = await needs.checkingKeys();
      return await replays.verify({ paths, verify: { keys, anchor: config().witnessFile } });
    },
    auditRead: (principalId, what, asked) => reads.read(principalId, what, asked),
    onAudited(listener) {
      const stops = [audit.onDurable(listener), onShared(listener)];
      return () => {
        for (const stop of stops) stop();
      };
    },
    async close() {
      replays.close();
      await reads.flush();
    },
  };
}

async function existing(directory: string | undefined): Promise<readonly string[]> {
  if (directory === undefined) return [];
  return (await stat(directory).catch(() => undefined))?.isDirectory() === true ? [directory] : [];
}

/** Whoever stands in an entry, in whatever field: locks, answers and requirements name people too. */
function idsOf(answer: unknown): readonly string[] {
  return [...new Set(JSON.stringify(answer).match(/P-[0-9A-HJKMNP-TV-Z]+/g) ?? [])];
}

function named(ids: readonly string[], people: People): NamedPerson[] {
  return ids.flatMap((id) => {
    const person = people.of(id);
    if (person === undefined) return [];
    const { name, email } = person;
    return [{ id, ...(name === undefined ? {} : { name }), ...(email === undefined ? {} : { email }) }];
  });
}
