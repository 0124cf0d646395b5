/** Clients at the SSH door: who they are, and each channel's request on its way to the part that answers it. */
import { randomBytes } from 'node:crypto';
import type { Call, Conductor } from '../conductor.ts';
import type { ChannelRequest, SshConnection, SshVisitor } from '../edge/ssh-visitor.ts';
import { errorPkt } from '../git/refusal.ts';
import { visibleText } from '../git/visible-text.ts';
import type { Evidence } from '../identity/authorization.ts';
import type { Origin } from '../recorder.ts';
import type { Store } from '../store/store.ts';
import { StoreError } from '../store/store-error.ts';
import { openAuthentication, type SshIdentity } from './authentication.ts';
import type { CertificateHolders } from './certificate-holder.ts';
import type { GitExec } from './exec-channel.ts';
import { type ExecRefused, type OwnCommand, parseExecCommand } from './exec-command.ts';
import { answerRefusedExec } from './exec-refusal.ts';
import { greetingLines } from './greeting.ts';
import { helpLines } from './help.ts';

export interface SshVisitNeeds {
  readonly store: Pick<Store, 'credential' | 'grants' | 'now'>;
  readonly conductor: Pick<Conductor, 'turnAway'>;
  readonly certificates: CertificateHolders;
  publicUrl(): string;
  mayKnock(address: string): Promise<boolean>;
  failedKnock(address: string, guess: string): void;
  /** Nobody known: counted by address and reason. */
  knocked(origin: Origin, reason: string): void;
  /** Something a client asked for out of habit or malice, counted by what it was. */
  onRefused(what: string): void;
  /** Serves a git service to its end, the channel's included. */
  serveGit(exec: GitExec): Promise<void>;
}

/** What clients ask for by their configuration, whatever the host: not worth an entry. */
const habits: ReadonlySet<string> = new Set(['terminal', 'agent-forwarding', 'x11']);

/** What an answer that is not git's consists of. */
interface Answer {
  readonly lines: readonly string[];
  readonly on: 'stdout' | 'stderr';
  readonly exitCode: number;
}

export function sshVisits(needs: SshVisitNeeds): (connection: SshConnection) => SshVisitor {
  return (connection) => {
    const { address, peer, client } = connection;
    const origin: Origin = { door: 'ssh', address: { address, peer }, client };
    const authentication = openAuthentication({
      isKnown: (hash) => isKnown(needs.store, hash),
      certificates: {
        check: (certificate) => needs.certificates.check(certificate, address),
        admit: needs.certificates.admit,
      },
      refused: (why) => needs.knocked(origin, why),
      mayKnock: () => needs.mayKnock(address),
      failed(guess) {
        needs.failedKnock(address, guess);
        needs.knocked(origin, 'ssh-signature');
      },
    });
    const turnAway = (asked: string) => notServed(needs, connection, origin, authentication.identity, asked);

    return {
      key: authentication.key,
      keyless: authentication.keyless,
      refused(what) {
        needs.onRefused(what);
        if (!habits.has(what)) void turnAway(what).catch(() => undefined);
      },
      async serve(request) {
        const { identity } = authentication;
        if (identity.kind === 'nobody') needs.knocked(origin, 'no-known-key');
        const asked = (identity.kind === 'key' ? identity.forceCommand : undefined) ?? request.command;
        const line = asked ?? '';
        const command = parseExecCommand(line);
        if (command.kind === 'git') {
          await needs.serveGit({
            channel: request.channel,
            closed: request.closed,
            socket: connection.socket,
            reset: () => connection.reset(),
            service: command.service,
            repository: command.repository,
            gitProtocol: request.environment.gitProtocol,
            evidence: evidenceOf(identity),
            unknownLines: unknownLines(identity, needs.publicUrl()),
            origin,
          });
        } else if (command.kind === 'own') say(request, ownAnswer(command.command, needs.publicUrl()));
        else if (asked === undefined || command.reason === 'empty')
          say(request, await greeting(needs, identity));
        else {
          needs.onRefused(command.reason);
          await turnAway(line);
          refuse(request, command);
        }
      },
    };
  };
}

/** Cheap, and asked for each key of an agent. A store that is away is told of on the channel, where there are words for it. */
async function isKnown(store: SshVisitNeeds['store'], hash: string): Promise<boolean> {
  try {
    return (await store.credential(hash))?.credential.kind === 'ssh';
  } catch (error) {
    if (error instanceof StoreError) return true;
    throw error;
  }
}

function evidenceOf(identity: SshIdentity): Evidence {
  if (identity.kind === 'nobody') return { kind: 'none' };
  return {
    kind: 'credential',
    credentialKind: 'ssh',
    hash: identity.hash,
    shown: identity.fingerprint,
  };
}

/** Puts an attempt at what no grant opens on record. */
async function notServed(
  needs: SshVisitNeeds,
  connection: SshConnection,
  origin: Origin,
  identity: SshIdentity,
  asked: string,
): Promise<void> {
  const call: Call = {
    origin,
    evidence: evidenceOf(identity),
    repository: undefined,
    asWritten: asked,
    right: 'fetch',
    protocol: 0,
    connection,
    requestId: randomBytes(9).toString('base64url'),
    what: 'command',
  };
  await needs.conductor.turnAway(call, 'service-not-served');
}

function refuse(request: ChannelRequest, { reason, service }: ExecRefused): void {
  const { text, exitCode } = answerRefusedExec(reason);
  const lines = [`sluice: ${text}`];
  if (service === undefined) say(request, { lines, on: 'stderr', exitCode });
  else end(request, errorPkt(lines), exitCode);
}

function ownAnswer(command: OwnCommand, publicUrl: string): Answer {
  if (command === 'help') return { lines: helpLines(publicUrl), on: 'stdout', exitCode: 0 };
  const lines = [`sluice: ${command} is not served over SSH; use ${publicUrl}/`];
  return { lines, on: 'stderr', exitCode: 127 };
}

async function greeting(needs: SshVisitNeeds, identity: SshIdentity): Promise<Answer> {
  const strange: Answer = { lines: unknownLines(identity, needs.publicUrl()), on: 'stderr', exitCode: 1 };
  if (identity.kind === 'nobody') return strange;
  try {
    const found = await needs.store.credential(identity.hash);
    if (found?.credential.kind !== 'ssh') return strange;
    return {
      lines: await greetingLines(needs.store, found, needs.publicUrl()),
      on: 'stdout',
      exitCode: 0,
    };
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const lines = ['sluice: the grant store cannot be reached; try again in a minute'];
    return { lines, on: 'stderr', exitCode: 1 };
  }
}

/** What somebody reads who is not known: which key they showed, and where it becomes theirs. */
function unknownLines({ fingerprint }: SshIdentity, publicUrl: string): readonly string[] {
  return [
    fingerprint === undefined
      ? 'sluice: your SSH client showed no key, and nobody is known here without one'
      : `sluice: your key ${fingerprint} is not registered here`,
    `register it: ${publicUrl}/credentials`,
  ];
}

function say(request: ChannelRequest, { lines, on, exitCode }: Answer): void {
  const text = lines.map((line) => `${visibleText(line, 500)}\n`).join('');
  if (on === 'stdout') end(request, text, exitCode);
  else {
    request.channel.stderr.write(text);
    end(request, '', exitCode);
  }
}

/** The status goes behind what was written, then the end, and nothing else: a `close` of ours would lose what waits. */
function end({ channel }: ChannelRequest, bytes: Buffer | string, exitCode: number): void {
  if (bytes.length > 0) channel.write(bytes);
  channel.exit(exitCode);
  channel.end();
}
