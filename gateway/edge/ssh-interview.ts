/** Questions to the person at an SSH client, by keyboard-interactive authentication (RFC 4256). */
import type { KeyboardAuthContext, Prompt } from 'ssh2';
import type { Interview } from './ssh-visitor.ts';

/**
 * Asks by one request of the client. A second request of it ends this one, as RFC 4252 section 5.1 has it.
 *
 * @param closed resolves when the connection is gone
 */
export function openInterview(
  context: KeyboardAuthContext,
  closed: Promise<void>,
  allow: (ms: number) => void,
): Interview {
  let isOver = false;
  const end = (): void => {
    isOver = true;
    waiting?.(undefined);
  };
  let waiting: ((answers: readonly string[] | undefined) => void) | undefined;
  context.once('abort', end);
  void closed.then(end);

  const exchange = async (prompts: Prompt[], instruction: string): Promise<readonly string[] | undefined> => {
    if (isOver) return undefined;
    const answers = await new Promise<readonly string[] | undefined>((resolve) => {
      waiting = resolve;
      context.prompt(prompts, '', instruction, (said: unknown) =>
        resolve(Array.isArray(said) ? (said as string[]) : undefined),
      );
    });
    waiting = undefined;
    return isOver ? undefined : answers;
  };

  return {
    async ask(question) {
      const answers = await exchange([{ prompt: question, echo: true }], '');
      return answers?.length === 1 ? answers[0] : undefined;
    },
    async tell(text) {
      await exchange([], text);
    },
    allow,
    get isOver() {
      return isOver;
    },
  };
}
