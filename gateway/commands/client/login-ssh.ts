/** The steps of `sluice login --ssh`: a new key, a link for the browser, the digits typed back, and the certificate where ssh finds it. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { makeEd25519Key } from '../../../certs/host-keys.ts';
import { timeText } from '../../grants/time-text.ts';
import { parseUserCertificate } from '../../ssh/certificate.ts';
import { type PrivateKey, parsePrivateKey } from '../../ssh/private-key.ts';
import { SshError } from '../../ssh/ssh-error.ts';
import { type Access, AccessError, readPlace } from './access.ts';
import { writeCall } from './api-call.ts';
import { beforeStop } from './before-stop.ts';
import { exchange, NoAnswer } from './exchange.ts';
import { exit } from './exit-codes.ts';
import { keepInFiles, sshConfigHint } from './key-files.ts';
import { type Called, type ClientOptions, call, complain, fail, json, print, refused } from './perform.ts';
import { personText, shown } from './shown.ts';
import { AgentError, type SshAgent, sshAgent } from './ssh-agent.ts';

export interface LoginOptions extends Omit<ClientOptions, 'tokenFile'> {
  readonly for?: string;
  readonly file?: string;
}

type LoggedIn = Extract<Called<'finishSshLogin'>, { kind: 'done' }>['answer'];

/** Somebody wants their prompt back. */
const leaving = { connectMs: 2_000, answerMs: 3_000, largestAnswer: 65_536 };

/** Where the certificate goes. */
type Place =
  | { readonly kind: 'agent'; readonly agent: SshAgent }
  | { readonly kind: 'files'; readonly file: string };

/** Runs it; sets the exit code. */
export async function loginSsh(options: LoginOptions): Promise<void> {
  let access: Access;
  try {
    access = await readPlace(options);
  } catch (error) {
    if (!(error instanceof AccessError)) throw error;
    return fail(exit.usage, error.message);
  }
  // Looked for first: nobody signs in for a certificate that has nowhere to go.
  const place = await placeFor(options, access.origin);
  const { text, line } = makeEd25519Key(commentFor(access.origin));
  const answer = await signIn(access, line.trim(), options);
  if (answer === undefined) return;
  const certificate = certificateOver(parsePrivateKey(text), answer.certificate.certificate);
  if (certificate === undefined)
    return fail(
      exit.refused,
      `${access.origin.origin} answers with something that is no certificate over the key`,
    );
  try {
    await keep(place, { text, certificate, answer, access });
  } catch (error) {
    if (!(error instanceof AgentError) && (error as NodeJS.ErrnoException).code === undefined) throw error;
    return fail(exit.refused, `the certificate could not be kept: ${(error as Error).message}`);
  }
  print(options.json === true ? json(answer) : doneText(place, answer));
}

async function placeFor({ file }: LoginOptions, origin: URL): Promise<Place> {
  const socket = process.env.SSH_AUTH_SOCK;
  const fallback = { kind: 'files', file: join(homedir(), '.ssh', `sluice_${origin.hostname}`) } as const;
  if (file !== undefined) return { kind: 'files', file };
  if (socket === undefined || socket === '') return fallback;
  const agent = sshAgent(socket);
  try {
    await agent.greet();
    return { kind: 'agent', agent };
  } catch (error) {
    if (!(error instanceof AgentError)) throw error;
    complain(`${error.message}; files are used in its place`);
    return fallback;
  }
}

/** Shows the link and asks for its digits until something comes of it; undefined, and said, when nothing does. */
async function signIn(
  access: Access,
  publicKey: string,
  { for: span, json: asJson }: LoginOptions,
): Promise<LoggedIn | undefined> {
  const body = { publicKey, ...(span === undefined ? {} : { expiresIn: span }) };
  const begun = await call(access, 'beginSshLogin', { body });
  if (begun === undefined) return undefined;
  if (begun.kind === 'refused') return refused(access, begun);
  const { ticket, link, fingerprint } = begun.answer;
  const lines = createInterface({ input: process.stdin, terminal: false });
  let left: Promise<void> | undefined;
  const leave = (): Promise<void> => (left ??= leaveLink(access, { ticket, publicKey }));
  const takeBack = beforeStop(leave);
  let question = `sign in: ${shown(link)}\nthe key is ${shown(fingerprint)}\nthen type the six digits that it shows: `;
  try {
    process.stderr.write(question);
    for await (const typed of lines) {
      const code = typed.replaceAll(/[\s-]/g, '');
      question = 'the six digits that the link shows: ';
      if (/^\d{6}$/.test(code)) {
        const finished = await call(access, 'finishSshLogin', { body: { ticket, publicKey, code } });
        if (finished === undefined) return undefined;
        if (finished.kind === 'done') return finished.answer;
        if (!mayTryAgain(finished)) {
          if (asJson === true) print(json(finished.problem));
          return refused(access, finished);
        }
        complain(finished.problem.message);
      } else if (code !== '') complain('that is not six digits');
      process.stderr.write(question);
    }
    process.stderr.write('\n');
    await leave();
    return fail(exit.refused, 'nobody typed the digits that the link shows; nothing was changed');
  } finally {
    takeBack();
    lines.close();
    process.stdin.destroy();
  }
}

/** Nobody who has the link can do anything with it from here on; where the gateway is not told, it ends by itself. */
async function leaveLink(
  access: Access,
  body: { readonly ticket: string; readonly publicKey: string },
): Promise<void> {
  try {
    await exchange(access, writeCall('leaveSshLogin', { body }), leaving);
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
  }
}

/** A slip, somebody too early, or an outage; the link stands. */
function mayTryAgain({ status, problem }: Extract<Called<'finishSshLogin'>, { kind: 'refused' }>): boolean {
  return status === 503 || problem.error === 'wrong-code' || problem.error === 'not-signed-in';
}

/** The certificate's bytes; undefined for anything that is none over this very key. */
function certificateOver({ publicKey }: PrivateKey, line: string): Buffer | undefined {
  const blob = Buffer.from(line.split(' ')[1] ?? '', 'base64');
  try {
    return parseUserCertificate(blob).key.blob.equals(publicKey.blob) ? blob : undefined;
  } catch (error) {
    if (error instanceof SshError) return undefined;
    throw error;
  }
}

async function keep(
  place: Place,
  made: {
    readonly text: string;
    readonly certificate: Buffer;
    readonly answer: LoggedIn;
    readonly access: Access;
  },
): Promise<void> {
  if (place.kind === 'files') return await keepInFiles(place.file, made.text, made.certificate);
  const { now, certificate } = made.answer;
  // By the gateway's clock alone, whatever this machine's says.
  const seconds = Math.max(1, Math.floor((certificate.endsAt - now) / 1_000));
  const { key } = parsePrivateKey(made.text);
  await place.agent.hold(key, made.certificate, commentFor(made.access.origin), seconds);
}

/** By which the next sign-in finds the certificate of this one, to take its place. */
function commentFor({ origin }: URL): string {
  return `sluice ${origin}`;
}

function doneText(place: Place, { principal, certificate, now, ssh }: LoggedIn): string {
  const who = `you are ${personText(principal)}`;
  const until = timeText(certificate.endsAt, now);
  const where = place.kind === 'agent' ? 'in your ssh-agent' : `in ${place.file}-cert.pub`;
  const hint = place.kind === 'files' ? sshConfigHint(place.file, ssh) : '';
  const tryIt = ssh === undefined ? '' : `try it: ssh -p ${ssh.port} ${shown(ssh.host)}\n`;
  return `${who}\nyour certificate is ${where}, good until ${until}\n${hint}${tryIt}`;
}
