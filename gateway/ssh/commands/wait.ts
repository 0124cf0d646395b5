/** What asking answers, and with `--wait` the answer of somebody else. */
import { Problem } from '../../../admin/problem.ts';
import type { RequestView } from '../../../admin/schemas/requests.ts';
import { parseDuration } from '../../../config/quantities.ts';
import { durationWords } from '../../grants/duration-words.ts';
import type { Answer } from '../answer.ts';
import { keyCaller } from '../key-caller.ts';
import type { WaitEnd } from '../request-waits.ts';
import { answerOf, type CommandNeeds, type Given, refused } from './command.ts';
import { exit, exitOf } from './exit-codes.ts';
import { requestLines } from './request-lines.ts';

/** Said before the wait begins. */
export const leavingLine = 'waiting; whoever leaves ends the wait, not the request';

/** Said where no more may wait. */
export function tooManyLine(requestId: string): string {
  return `sluice: too many commands wait here already; ${requestId} waits without you`;
}

/** How long this command may wait: 0 without `--wait`, and never longer than configured. */
function waitSpan({ maxWaitMs }: CommandNeeds, { args }: Given): number {
  if (!args.has('wait')) return 0;
  const asked = args.one('wait') ?? '';
  return asked === '' ? maxWaitMs() : Math.min(parseDuration(asked), maxWaitMs());
}

/** The answer of a command that asked. */
export async function answerAsked(
  needs: CommandNeeds,
  given: Given,
  asked: RequestView | Problem,
): Promise<Answer> {
  const mostMs = waitSpan(needs, given);
  const now = await needs.store.now();
  if (asked instanceof Problem || asked.state !== 'pending' || mostMs === 0)
    return answerOf(given, asked, (view) => ({ lines: requestLines(view, now), exitCode: exit.done }));
  given.tell([...requestLines(asked, now), leavingLine]);
  const { id, principal } = asked;
  const ended = await needs.waits.wait({ id, principalId: principal.id }, { closed: given.closed, mostMs });
  if (ended.kind === 'left') return { exitCode: exit.refused };
  const holder = await given.again();
  if (holder === undefined)
    return {
      complaints: [`sluice: your key has ended meanwhile; ${id} stands as it is on its page: ${asked.link}`],
      exitCode: exit.refused,
    };
  const body = await needs.call('readRequest', keyCaller(holder), { params: { id } });
  if (body instanceof Problem) return refused(given.args, body);
  const nowAfter = await needs.store.now();
  return answerOf(given, body, (view) => ({
    lines: requestLines(view, nowAfter),
    ...(view.state === 'pending' ? endedEarly(ended, view, mostMs) : { exitCode: exitOf(view.state) }),
  }));
}

function endedEarly(
  { kind }: WaitEnd,
  { id }: RequestView,
  mostMs: number,
): Pick<Answer, 'complaints' | 'exitCode'> {
  switch (kind) {
    case 'too-many':
      return {
        complaints: [tooManyLine(id)],
        exitCode: exit.unavailable,
      };
    case 'stopping':
      return {
        complaints: [
          `sluice: this gateway is restarting; ${id} waits without you, run the same command again`,
        ],
        exitCode: exit.unavailable,
      };
    default:
      return {
        complaints: [`sluice: nobody answered within ${durationWords(mostMs)}; ${id} still waits`],
        exitCode: exit.timedOut,
      };
  }
}
