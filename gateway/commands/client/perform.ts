/** One command from its options to its exit code: finds the gateway, calls it, and says what came of it. */
import { type CallName, calls } from '../../../admin/calls.ts';
import type { Answer } from '../../../admin/handlers/handling.ts';
import type { ProblemBody } from '../../../admin/schemas/problem.ts';
import { ascii } from '../../audit/line.ts';
import { failureMend, failureText } from '../check-failure.ts';
import { type Access, AccessError, type AccessOptions, readAccess } from './access.ts';
import { type CallInput, readAnswer, writeCall } from './api-call.ts';
import { exchange, NoAnswer, type Received } from './exchange.ts';
import { exit } from './exit-codes.ts';
import { shown } from './shown.ts';

/** Options that every command has. */
export interface ClientOptions extends AccessOptions {
  readonly json?: boolean;
}

/**
 * Makes the call and prints its answer, as `show` puts it or as the API's own body; sets the exit code.
 *
 * @returns the answer, or undefined when what was asked was not done or is not known to be
 */
export async function perform<N extends CallName>(
  options: ClientOptions,
  name: N,
  input: CallInput<N>,
  show: (answer: Answer<N>) => string,
): Promise<Answer<N> | undefined> {
  return await performAs(options, (access) => call(access, name, input), show);
}

/** The same for what takes other than one call: `ask` makes them, and says for itself when there was no answer. */
export async function performAs<N extends CallName>(
  options: ClientOptions,
  ask: (access: Access) => Promise<Called<N> | undefined>,
  show: (answer: Answer<N>) => string,
): Promise<Answer<N> | undefined> {
  let access: Access;
  try {
    access = await readAccess(options);
  } catch (error) {
    if (!(error instanceof AccessError)) throw error;
    return fail(exit.usage, error.message);
  }
  const called = await ask(access);
  if (called === undefined) return undefined;
  if (called.kind === 'refused') {
    if (options.json === true) print(json(called.problem));
    return refused(access, called);
  }
  print(options.json === true ? json(called.answer) : show(called.answer));
  if (called.status === 202)
    complain(
      'it is in force, and not in the audit yet: that cannot be written; it is recorded as soon as it can',
    );
  return called.answer;
}

/** What a gateway answered. */
export type Called<N extends CallName> =
  | { readonly kind: 'done'; readonly status: number; readonly answer: Answer<N> }
  | { readonly kind: 'refused'; readonly status: number; readonly problem: ProblemBody };

/** Makes the call; undefined, and said with the exit code set, when there was no answer in the words of the API. */
export async function call<N extends CallName>(
  access: Access,
  name: N,
  input: CallInput<N>,
): Promise<Called<N> | undefined> {
  let received: Received;
  try {
    received = await exchange(access, writeCall(name, input));
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return unanswered(access, name, error);
  }
  const read = readAnswer(name, received);
  const { status } = received;
  return read.kind === 'foreign' ? foreign(access, name, status) : { ...read, status };
}

/** Prints; a reader that has left, as `head` does, changes nothing about what was done and its exit code. */
export function print(text: string): void {
  process.stdout.once('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  process.stdout.write(text);
}

/** Says on stderr what is wrong, made fit for a terminal. */
export function complain(text: string): void {
  process.stderr.write(`sluice: ${shown(text)}\n`);
}

/** Says it and sets the exit code. */
export function fail(code: number, ...lines: readonly string[]): undefined {
  lines.forEach(complain);
  process.exitCode = code;
}

/** In ASCII: what is not printable stays an escape, as JSON allows. */
export function json(value: unknown): string {
  return `${ascii(JSON.stringify(value))}\n`;
}

/** Says why it was refused, where to sign in if that helps, and sets the exit code. */
export function refused(
  { origin }: Pick<Access, 'origin'>,
  {
    status,
    problem: { message, signIn },
  }: Pick<Extract<Called<CallName>, { kind: 'refused' }>, 'status' | 'problem'>,
): undefined {
  const mend = signIn?.startsWith('/') === true ? [`sign in at ${origin.origin}${signIn}`] : [];
  return fail(status === 503 ? exit.tryLater : exit.refused, message, ...mend);
}

function unanswered({ origin }: Access, name: CallName, { arrived, cause }: NoAnswer): undefined {
  const mend = failureMend(cause, '--ca or NODE_EXTRA_CA_CERTS');
  return fail(
    exit.unreachable,
    `${origin.origin} cannot be reached: ${failureText(cause)}`,
    ...(arrived ? open(name) : []),
    ...(mend === undefined ? [] : [mend]),
  );
}

function foreign({ origin }: Access, name: CallName, status: number): undefined {
  return fail(
    status >= 502 ? exit.unreachable : exit.refused,
    `${origin.origin} answers ${status}, and not in the words of this version’s API; look at the address and at what stands in between`,
    ...open(name),
  );
}

/** A change whose answer is lost may stand. */
function open(name: CallName): readonly string[] {
  return calls[name].method === 'GET'
    ? []
    : ['whether it was done is not known; look before trying again: sluice grants, locks, operations'];
}
