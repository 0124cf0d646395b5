/** What each of Sluice's own commands is made of. */
import type { Caller } from '../../../admin/caller.ts';
import type { DirectCalls } from '../../../admin/direct-calls.ts';
import { Problem } from '../../../admin/problem.ts';
import { ascii } from '../../audit/line.ts';
import type { Store } from '../../store/store.ts';
import type { Answer } from '../answer.ts';
import type { KeyHolder } from '../key-caller.ts';
import type { RequestWaits } from '../request-waits.ts';
import type { Arguments, Shape } from './arguments.ts';
import { exit } from './exit-codes.ts';

/** What commands are given by the composition. */
export interface CommandNeeds {
  /** The calls of the API. */
  readonly call: DirectCalls;
  readonly waits: RequestWaits;
  readonly store: Pick<Store, 'credential' | 'now' | 'signInsOf' | 'walkGrants'>;
  publicUrl(): string;
  /** A command as people paste it: `ssh gw.test help`; without words, `ssh gw.test`. */
  commandLine(words?: string): string;
  maxWaitMs(): number;
  allowCriticalAnswers(): boolean;
}

/** One command as somebody gave it. */
export interface Given {
  readonly args: Arguments;
  readonly holder: KeyHolder;
  /** The holder, as the API knows callers. */
  readonly caller: Caller;
  /** Looks up again who they are: a wait is long. Undefined when their key has ended meanwhile. */
  again(): Promise<KeyHolder | undefined>;
  /** Resolves when the client has left. */
  readonly closed: Promise<void>;
  /** Says something while the command goes on. */
  tell(lines: readonly string[]): void;
}

export interface Command {
  /** What stands behind its name. */
  readonly usage: string;
  /** One line. */
  readonly summary: string;
  readonly more?: readonly string[];
  readonly shape: Shape;
  run(needs: CommandNeeds, given: Given): Promise<Answer>;
}

/** The body of the API's answer; what is not printable stays an escape, as JSON allows. */
export function jsonOf(value: unknown): string {
  return `${ascii(JSON.stringify(value))}\n`;
}

/** An answer of the API as lines, or as its own body where that was asked for. */
export function answerOf<T>(
  { args }: Given,
  body: T | Problem,
  show: (body: T) => Omit<Answer, 'json'>,
): Answer {
  if (body instanceof Problem) return refused(args, body);
  const { lines = [], ...answer } = show(body);
  return args.has('json') ? { ...answer, json: jsonOf(body) } : { ...answer, lines };
}

/** @param next what to do about it */
export function refused(args: Arguments, { status, body }: Problem, next: readonly string[] = []): Answer {
  return {
    ...(args.has('json') ? { json: jsonOf(body) } : {}),
    complaints: [`sluice: ${body.message}`, ...next],
    exitCode: status === 503 ? exit.unavailable : exit.refused,
  };
}
