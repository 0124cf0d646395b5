/** A node's books: its audit log, the store it compares it with, and what passes between the two; opened in that order, closed last. */
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { Logger } from 'pino';
import type { Config } from '../config/schema.ts';
import { readIntegrityKey, type Secrets } from '../config/secrets.ts';
import type { AuditAlarmKind } from './audit/alarm.ts';
import type { AuditError } from './audit/audit-error.ts';
import type { ChainHead } from './audit/checkpoint.ts';
import type { EntryOf } from './audit/entry.ts';
import type { AuditLog } from './audit/log.ts';
import { hashAt } from './audit/newest-lines.ts';
import { openPeople, type People } from './audit/people.ts';
import {
  type HeadsKeeping,
  headCompared,
  keepHeads,
  type LeftToCompare,
  mustNotBeBehind,
  placeOf,
} from './audit-heads.ts';
import { shareEntries } from './entry-sharing.ts';
import { notedPeople } from './noted-people.ts';
import type { Readiness } from './ops.ts';
import { type Outbox, openOutbox } from './outbox.ts';
import { openSignedLog } from './signed-log.ts';
import { openJournal } from './store/journal.ts';
import { openStore } from './store/open.ts';
import type { Store } from './store/store.ts';
import { StoreError } from './store/store-error.ts';
import type { OnTrouble } from './trouble-log.ts';

/** How to close what a start has opened so far, should it fail. */
export type Opened = (() => Promise<unknown>)[];

export interface BooksNeeds {
  readonly log: Logger;
  readonly secrets: Secrets;
  /** A store already open; otherwise the configuration's is opened. */
  readonly store: Store | undefined;
  /** `CHAIN:SEQ`: the audit goes on from there though the store knows later entries. */
  readonly acceptRolledBackAudit: string | undefined;
  readonly onTrouble: OnTrouble;
  /** The audit files turned out to be older than the store knows. */
  readonly onUnfit: (error: AuditError) => void;
  /** Nothing can be put on record any more: what runs could not even be recorded as ended. */
  readonly onAuditLost: () => void;
}

export interface Books extends Pick<Outbox, 'settle' | 'settleInForce'> {
  readonly audit: AuditLog;
  readonly store: Store;
  readonly people: People;
  /** One and the same store has one name on every node. */
  readonly storeId: string;
  /** As the last round of the outbox found it. */
  storeState(): Readiness['store'];
  /** How far the chains of other nodes are, as far as is known. */
  others(): readonly ChainHead[];
  record(entry: EntryOf<'node.started' | 'node.stopped' | 'policy.loaded' | 'node.alarm'>): Promise<void>;
  /** For whoever runs the node, and on record. */
  readonly alarm: Alarm;
  /** Nothing goes from the store into the audit any more. */
  stopOutbox(): Promise<void>;
  close(): Promise<void>;
}

type Alarm = (kind: string, message: string) => void;

/** Rejects when audit or store cannot be had, or the audit is behind what the store knows. */
export async function openBooks(config: Config, needs: BooksNeeds, opened: Opened): Promise<Books> {
  const { log, secrets, onTrouble } = needs;
  const { directory } = config.audit;
  const early: Parameters<Alarm>[] = [];
  let tell: Alarm = (...alarm) => void early.push(alarm);
  const alarm: Alarm = (kind, message) => {
    log.error({ alarm: kind }, message);
    tell(kind, message);
  };
  const onStoreTrouble = (error: unknown): void => onTrouble('store', { cause: error });

  let journal: Awaited<ReturnType<typeof openJournal>> | undefined;
  const openRawStore = async (nodeId: string): Promise<Store> => {
    if (needs.store !== undefined) return needs.store;
    if (config.store.kind !== 'memory') journal = await openJournal(directory, Date.now);
    opened.push(async () => journal?.close());
    const store = await openStore(config.store, {
      nodeId,
      secret: (source) => secrets.read(source),
      integrityKey: (source) => readIntegrityKey(secrets, source),
      onTampered: (what) => alarm('store-tampered', what),
      ...(journal === undefined ? {} : { journal, onAlarm: alarm }),
      onTrouble: onStoreTrouble,
      onFinding: ({ ok, text, mend }) =>
        ok ? log.info(`store: ${text}`) : log.warn(`store: ${text}; ${mend ?? ''}`),
    });
    opened.push(() => store.close());
    return store;
  };

  let stored: Store | undefined;
  let leftToCompare: LeftToCompare | undefined;
  /**
   * The store is asked while the directory is this process's and nothing is written to it yet: a node that is started again and
   * again would otherwise climb past what the store knows.
   */
  const compare = async (head: ChainHead): Promise<void> => {
    stored = await openRawStore(head.chain);
    const ownHashAt = (seq: number) => hashAt(directory, seq);
    const accepted = needs.acceptRolledBackAudit;
    const compared = await mustNotBeBehind(stored, head, accepted, ownHashAt);
    if (compared.kind === 'accepted')
      alarm('audit-rolled-back-accepted', `an operator goes on though ${compared.what}`);
    if (compared.kind !== 'not-compared') return;
    const onCompared = headCompared({
      alarm,
      log,
      accepted: accepted === placeOf(head),
      refuse: needs.onUnfit,
    });
    leftToCompare = { head, hashAt: ownHashAt, onCompared };
    alarm(
      'audit-head-not-compared',
      'the store was lost: whether the audit files are as new as it knows is looked at once it is back',
    );
  };
  let heads: HeadsKeeping | undefined;
  const others = (): readonly ChainHead[] => heads?.others() ?? [];
  const audit = await openSignedLog(config.audit, secrets, {
    nodeId: hostname(),
    onStand: compare,
    heads: others,
    onWitnessTrouble: (error) => onTrouble('audit witness', { cause: error }),
    onKeepingTrouble: (error) => onTrouble('audit segments', { cause: error }),
    onAlarm({ kind, message, cause }) {
      log.error({ alarm: kind, err: cause }, message);
      if (isAuditLost(kind)) needs.onAuditLost();
    },
  });
  opened.push(() => audit.close('start-failed'));
  const people = await openPeople(directory);
  tell = (kind, message) =>
    void audit.append({ type: 'node.alarm', node: audit.chain, alarm: kind, message }).catch(() => undefined);
  for (const [kind, message] of early) tell(kind, message);

  const store = notedPeople(stored ?? (await openRawStore(audit.chain)), people);
  heads = keepHeads(store, () => audit.head(), onStoreTrouble, leftToCompare);
  opened.push(async () => await heads?.stop());
  const sharing =
    config.store.kind === 'memory'
      ? undefined
      : shareEntries({
          store,
          audit,
          directory,
          onTrouble: (error) => onTrouble('audit sharing', { cause: error }),
        });
  opened.push(async () => await sharing?.stop());
  let storeState: Readiness['store'] = 'reachable';
  const storeId = storeIdOf(config);
  const outbox = openOutbox(store, audit, storeId, (trouble) => {
    storeState = storeStateOf(trouble);
    if (trouble !== undefined) onStoreTrouble(trouble);
  });
  opened.push(() => outbox.stop());

  return {
    audit,
    store,
    people,
    storeId,
    settle: outbox.settle,
    settleInForce: outbox.settleInForce,
    storeState: () => storeState,
    others,
    record: async (entry) => void (await audit.append(entry)),
    alarm,
    stopOutbox: () => outbox.stop(),
    async close() {
      await heads?.stop();
      await sharing?.stop();
      if (needs.store === undefined) await store.close();
      await journal?.close();
      await people.close();
      await audit.close();
    },
  };
}

/** What a round of the outbox says of the store. */
function storeStateOf(trouble: unknown): Readiness['store'] {
  if (trouble === undefined) return 'reachable';
  return trouble instanceof StoreError && trouble.code === 'STORE_LOST' ? 'lost' : 'unreachable';
}

/** Numbers of two stores are not compared. */
function storeIdOf({ store }: Config): string {
  // Its numbers begin at 1 with every process, so each process is a store of its own.
  if (store.kind === 'memory') return `memory-${randomBytes(9).toString('base64url')}`;
  return store.addresses
    .map(({ host, port }) => `${host}:${port}`)
    .join(',')
    .slice(0, 128);
}

function isAuditLost(kind: AuditAlarmKind): boolean {
  return kind === 'audit-unwritable' || kind === 'audit-lock-lost';
}
