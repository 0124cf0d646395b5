/** Clients at the SSH door: who they are, and each channel's request on its way to the part that answers it. */
import { randomBytes } from 'node:crypto';
import type { Call, Conductor } from '../conductor.ts';
import type { ChannelRequest, Interview, SshConnection, SshVisitor } from '../edge/ssh-visitor.ts';
import { errorPkt } from '../git/refusal.ts';
import type { Evidence } from '../identity/authorization.ts';
import type { Origin } from '../recorder.ts';
import type { Store } from '../store/store.ts';
import { StoreError } from '../store/store-error.ts';
import { end, say } from './answer.ts';
import { type Authentication, openAuthentication, type SshIdentity } from './authentication.ts';
import type { CertificateHolders } from './certificate-holder.ts';
import type { CommandNeeds } from './commands/command.ts';
import { runCommand } from './commands/run.ts';
import type { GitExec } from './exec-channel.ts';
import { type ExecRefused, parseExecCommand } from './exec-command.ts';
import { answerRefusedExec } from './exec-refusal.ts';
import { offerSignInLink, type SignInLinkNeeds } from './sign-in-link.ts';

export interface SshVisitNeeds {
  readonly store: Pick<Store, 'credential'>;
  readonly commands: CommandNeeds;
  readonly conductor: Pick<Conductor, 'turnAway'>;
  readonly certificates: CertificateHolders;
  /** What the sign-in link of a terminal rests on. */
  readonly links: Omit<SignInLinkNeeds, 'publicUrl' | 'guessed'>;
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

export function sshVisits(needs: SshVisitNeeds): (connection: SshConnection) => SshVisitor {
  return (connection) => {
    const { address, peer, client } = connection;
    const origin: Origin = { door: 'ssh', address: { address, peer }, client };
    let isCounted = false;
    /** Once a connection, however many channels of it somebody nobody knows asks for. */
    const strange = (): void => {
      if (!isCounted) needs.knocked(origin, 'no-known-key');
      isCounted = true;
    };
    const authentication = openAuthentication({
      offersLink: () => needs.links.keyLifeMs() !== undefined,
      strangerText(fingerprint) {
        strange();
        return `${unknownLines(needs, fingerprint).join('\n')}\n`;
      },
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
    let linkLines: readonly string[] = [];
    const interview = async (asked: Interview): Promise<'accepted' | 'enough'> => {
      const outcome = await signIn(needs, authentication, origin, asked);
      if (outcome.kind === 'unanswered') linkLines = outcome.lines;
      return outcome.kind === 'left' ? 'enough' : 'accepted';
    };
    const turnAway = (asked: string) => notServed(needs, connection, origin, authentication.identity, asked);

    return {
      key: authentication.key,
      interview,
      refused(what) {
        needs.onRefused(what);
        if (!habits.has(what)) void turnAway(what).catch(() => undefined);
      },
      async serve(request) {
        const { identity } = authentication;
        const asked = (identity.kind === 'key' ? identity.forceCommand : undefined) ?? request.command;
        const line = asked ?? '';
        if (identity.kind === 'nobody') strange();
        const unknown = [...linkLines, ...unknownLines(needs, identity.fingerprint)];
        const command = parseExecCommand(line);
        const giver = { identity, unknownLines: unknown };
        if (command.kind === 'git') {
          await needs.serveGit({
            channel: request.channel,
            closed: request.closed,
            socket: connection.socket,
            reset: request.reset,
            service: command.service,
            repository: command.repository,
            gitProtocol: request.environment.gitProtocol,
            evidence: evidenceOf(identity),
            ...waitsOf(request.environment),
            unknownLines: unknown,
            origin,
          });
        } else if (command.kind === 'own')
          await runCommand(needs.commands, request, giver, command.command, command.line);
        else if (asked === undefined || command.reason === 'empty')
          await runCommand(needs.commands, request, giver, 'me', '');
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

function waitsOf({ reason = '', waits }: ChannelRequest['environment']): Pick<GitExec, 'waits'> {
  return waits === true ? { waits: { reason } } : {};
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
  if (service === undefined) say(request, { complaints: lines, exitCode });
  else end(request, errorPkt(lines), exitCode);
}

/** What somebody reads who is not known: which key they showed, and how it becomes theirs. */
function unknownLines(
  { commands, links, publicUrl }: SshVisitNeeds,
  fingerprint: string | undefined,
): readonly string[] {
  const register = `${publicUrl()}/credentials`;
  if (fingerprint === undefined)
    return [
      'sluice: your SSH client showed no key, and nobody is known here without one',
      `make one with ssh-keygen, and register it: ${register}`,
    ];
  const isOffered = links.keyLifeMs() !== undefined;
  return [
    `sluice: your key ${fingerprint} is not registered here`,
    ...(isOffered ? [`sign in with it once at a terminal: ${commands.commandLine()}`] : []),
    `${isOffered ? 'or ' : ''}register it: ${register}`,
  ];
}

/** The stranger at a terminal becomes somebody, or is let in as nobody. */
async function signIn(
  needs: SshVisitNeeds,
  authentication: Authentication,
  origin: Origin,
  interview: Interview,
): ReturnType<typeof offerSignInLink> {
  const { stranger } = authentication;
  if (stranger === undefined || needs.links.keyLifeMs() === undefined)
    return { kind: 'unanswered', lines: [] };
  const outcome = await offerSignInLink(
    {
      ...needs.links,
      publicUrl: needs.publicUrl,
      guessed: () => needs.knocked(origin, 'ssh-link-guess'),
    },
    stranger,
    origin.address.address,
    interview,
  );
  // One that went on to something else meanwhile has been answered for that, and is not who typed the code.
  if (outcome.kind === 'bound' && !interview.isOver) authentication.known();
  return outcome;
}
