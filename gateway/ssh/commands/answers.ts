/** `approve` and `deny`: answering somebody else's request. */
import { Problem } from '../../../admin/problem.ts';
import type { RequestView } from '../../../admin/schemas/requests.ts';
import type { Answer } from '../answer.ts';
import { answerOf, type Command, type CommandNeeds, type Given, refused } from './command.ts';
import { exit } from './exit-codes.ts';
import { requestLines } from './request-lines.ts';

export const approve: Command = {
  usage: 'R-… [--for 1h] [--ref REF] [--comment TEXT] [--json]',
  summary: 'agree to a request, as asked or narrower',
  shape: {
    positionals: [{ name: 'R-…', id: 'R' }],
    options: { for: 'span', ref: 'words', comment: 'text', json: 'flag' },
  },
  async run(needs, given) {
    const { args } = given;
    const [id = ''] = args.positionals;
    const [duration, comment, refs] = [args.one('for'), args.one('comment'), args.all('ref')];
    const body = {
      ...(duration === undefined ? {} : { duration }),
      ...(comment === undefined ? {} : { comment }),
      ...(refs.length === 0 ? {} : { refs: [...refs] }),
    };
    const caller = { ...given.caller, authenticatedAt: await provenAt(needs, given) };
    return await answerTo(
      needs,
      given,
      id,
      await needs.call('approveRequest', caller, { params: { id }, body }),
    );
  },
};

export const deny: Command = {
  usage: 'R-… --reason TEXT [--json]',
  summary: 'say no to a request',
  shape: {
    positionals: [{ name: 'R-…', id: 'R' }],
    options: { reason: 'text', json: 'flag' },
    required: ['reason'],
  },
  async run(needs, given) {
    const [id = ''] = given.args.positionals;
    const body = { comment: given.args.one('reason') ?? '' };
    return await answerTo(
      needs,
      given,
      id,
      await needs.call('denyRequest', given.caller, { params: { id }, body }),
    );
  },
};

/** When they last signed in with a browser that is signed in still: looked up only where it can count. */
async function provenAt({ allowCriticalAnswers, store }: CommandNeeds, { caller }: Given) {
  if (!allowCriticalAnswers()) return undefined;
  const signIns = await store.signInsOf(caller.principal.id);
  return signIns.length === 0
    ? undefined
    : Math.max(...signIns.map(({ authenticatedAt }) => authenticatedAt));
}

/** The codes that the page can do something about. */
const onThePage: ReadonlySet<string> = new Set(['page-only', 'sign-in-needed']);

async function answerTo(
  needs: CommandNeeds,
  given: Given,
  id: string,
  body: RequestView | Problem,
): Promise<Answer> {
  if (body instanceof Problem)
    return refused(
      given.args,
      body,
      onThePage.has(body.body.error) ? [`answer it: ${needs.publicUrl()}/a/${id}`] : [],
    );
  const now = await needs.store.now();
  return answerOf(given, body, (view) => ({ lines: requestLines(view, now), exitCode: exit.done }));
}
