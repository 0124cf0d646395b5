/** `sluice lock TARGET`: stops a person, a repository, an upstream or everything. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { changeCommand, idOf, spanOf } from './client-command.ts';
import { type LockTarget, lockTarget } from './lock-target.ts';
import { exceptText, onText, rightText, untilText } from './lock-text.ts';
import type { ClientOptions } from './perform.ts';
import { shown } from './shown.ts';
import { stop } from './stop.ts';

interface LockOptions extends ClientOptions {
  readonly reason: string;
  readonly right?: 'fetch' | 'push';
  readonly until?: number;
  readonly for?: string;
  readonly except?: readonly string[];
}

/** Adds the command. */
export function addLock(program: Command): void {
  changeCommand(program, 'lock', 'refuse what is covered from now on, and end what of it runs')
    .argument(
      '<target>',
      'P-… (a person), UPSTREAM/PATH (a repository), upstream:NAME, or everything',
      lockTarget,
    )
    .addOption(new Option('--right <right>', 'stop only this').choices(['fetch', 'push']))
    .option('--until <time>', 'ends by itself then, as 2026-11-25T14:05:00Z', timeOf)
    .addOption(
      new Option('--for <span>', 'ends by itself after that, as 90s, 30m, 2h, 7d')
        .argParser(spanOf('90s, 30m, 2h, 7d'))
        .conflicts('until'),
    )
    .option('--except <id>', 'whom it lets through, P-…; may be given more than once', exceptions)
    .action(
      async (
        target: LockTarget,
        { reason, right, until, for: span, except = [], ...options }: LockOptions,
      ) => {
        const end = until ?? span;
        const body = {
          ...target,
          reason,
          ...(right === undefined ? {} : { right }),
          ...(end === undefined ? {} : { until: end }),
          ...(except.length === 0 ? {} : { except: [...except] }),
        };
        await stop(options, 'makeLock', { body }, ({ lock }) =>
          [
            `lock ${shown(lock.id)} on ${onText(lock)} stands ${untilText(lock)}: ${rightText(lock)}`,
            exceptText(lock),
          ]
            .filter((part) => part !== '')
            .join(', '),
        );
      },
    );
}

function exceptions(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, idOf('P')(text)];
}

/** With its zone: a time without one would be this machine's. */
function timeOf(text: string): number {
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  if (Number.isNaN(at)) throw new InvalidArgumentError('A time has its zone, as 2026-11-25T14:05:00Z.');
  return at;
}
