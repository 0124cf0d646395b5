/** `sluice audit replay PATH…`: every recorded decision checked again from the log alone, and what happened when. */
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import type { ChainGap } from '../audit/chain-entries.ts';
import { ascii } from '../audit/line.ts';
import { type AtMoment, atMoment } from '../replay/at-moment.ts';
import { utc } from '../replay/line-of.ts';
import { type Replayed, replay, type Tally } from '../replay/replay.ts';
import { TimeLine, type TimeLineStep } from '../replay/time-line.ts';
import { auditGroup } from './audit-group.ts';
import { moment, onFiles, unreadable, type WishOptions, wishOf, withWish } from './audit-options.ts';

/** Exit codes, as the help and docs/audit-replay.md say. */
const exit = { agreed: 0, disagreed: 1, unreadable, undecidable: 3 } as const;

interface Options extends WishOptions {
  readonly at?: number;
  readonly play?: boolean;
  readonly json?: boolean;
}

export function addAuditReplay(program: Command): void {
  withWish(auditGroup(program).command('replay'))
    .description('rebuild what stood from the log alone, and check every recorded decision against it')
    .argument('<path...>', 'audit directories of all nodes, or single segments of them')
    .option('--at <time>', 'say instead who could reach what at that moment, and where refs stood', moment)
    .option('--play', 'step through the period, one entry for each press of Enter')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nexit codes: 0 every decision agreed, 1 one disagreed or a part of the log is missing or altered, 2 nothing that can be read, or usage, 3 one cannot be decided',
    )
    .action((paths: string[], options: Options) =>
      onFiles(() =>
        options.at === undefined ? replayed(paths, options) : stood(paths, options.at, options),
      ),
    );
}

async function replayed(paths: readonly string[], options: Options): Promise<number> {
  const timeLine = new TimeLine();
  const found = await replay(paths, wishOf(options), (...step) => timeLine.take(...step));
  if (found.chains.length === 0) throw new Error(`there is no segment in ${paths.join(', ')}`);
  const steps = timeLine.steps();
  if (options.json === true)
    process.stdout.write(
      `${ascii(JSON.stringify({ ...found, timeLine: steps, timeLineLeftOut: timeLine.leftOut, spans: timeLine.grantSpans() }))}\n`,
    );
  else if (options.play === true) await play(steps);
  else process.stdout.write(`${report(found, timeLine).join('\n')}\n`);
  return exitOf(found);
}

function exitOf({ gaps, decisions, grants, findings }: Replayed): number {
  if (isFaulty(gaps) || findings.some(({ verdict }) => verdict === 'disagreed')) return exit.disagreed;
  if (decisions.disagreed + grants.disagreed > 0) return exit.disagreed;
  return decisions.undecidable + grants.undecidable > 0 ? exit.undecidable : exit.agreed;
}

/** What was deleted as it is configured is no fault. */
function isFaulty(gaps: readonly Pick<ChainGap, 'isDeleted'>[]): boolean {
  return gaps.some(({ isDeleted }) => isDeleted !== true);
}

function gapLine({ chain, after, what, isDeleted }: ChainGap): string {
  return `${isDeleted === true ? 'DELETED' : 'MISSING'} ${chain} behind entry ${after}: ${ascii(what)}`;
}

function report(found: Replayed, timeLine: TimeLine): readonly string[] {
  const { chains, gaps, decisions, grants, findings, findingsLeftOut } = found;
  return [
    ...timeLine.steps().map(stepText),
    ...(timeLine.leftOut > 0 ? [`… and ${timeLine.leftOut} more: ask for a shorter period`] : []),
    '',
    'grants, and the operations inside them',
    ...timeLine.spans().map(ascii),
    '',
    ...chains.map(
      ({ chain, entries, lastSeq, lastAt }) =>
        `chain ${chain}: ${entries} entries, to ${lastSeq} of ${utc(lastAt)}`,
    ),
    ...gaps.map(gapLine),
    ...findings.map(
      ({ verdict, chain, seq, type, what }) =>
        `${verdict.toUpperCase()} ${chain} ${seq} ${type}: ${ascii(what)}`,
    ),
    ...(findingsLeftOut > 0 ? [`… and ${findingsLeftOut} more`] : []),
    `decisions: ${tallyText(decisions)}`,
    `grants: ${tallyText(grants)}`,
  ];
}

function stepText({ at, text, verdict }: TimeLineStep): string {
  const mark = verdict === 'disagreed' ? '!' : verdict === 'undecidable' ? '?' : ' ';
  return `${mark} ${utc(at)}  ${ascii(text)}`;
}

function tallyText({ agreed, disagreed, undecidable }: Tally): string {
  return `${agreed} agreed, ${disagreed} disagreed, ${undecidable} not decidable`;
}

/** On a terminal each step waits for Enter; elsewhere they follow each other. */
async function play(steps: readonly TimeLineStep[]): Promise<void> {
  const keys = process.stdin.isTTY ? createInterface({ input: process.stdin }) : undefined;
  for (const step of steps) {
    process.stdout.write(`${stepText(step)}\n`);
    if (keys !== undefined) await keys.question('');
  }
  keys?.close();
}

async function stood(paths: readonly string[], at: number, { repository, json }: Options): Promise<number> {
  const found = await atMoment(paths, at, repository);
  process.stdout.write(
    json === true ? `${ascii(JSON.stringify(found))}\n` : `${momentReport(found).join('\n')}\n`,
  );
  return isFaulty(found.gaps) ? exit.disagreed : exit.agreed;
}

function momentReport({ at, grants, locks, refs, gaps }: AtMoment): readonly string[] {
  return [
    `at ${utc(at)}`,
    ...grants.map(({ grantId, principalId, right, repository, refs, endsAt }) =>
      ascii(`${grantId} ${principalId} may ${right} ${repository} ${refs.join(' ')} until ${utc(endsAt)}`),
    ),
    ...locks.map(({ lockId, on, right = 'both rights', except, reason }) => {
      const but = except.length === 0 ? '' : ` but for ${except.join(', ')}`;
      return ascii(`${lockId} locks ${JSON.stringify(on)} (${right})${but}: "${reason}"`);
    }),
    ...refs.map(({ repository, ref, id, confirmedAt }) =>
      ascii(`${repository} ${ref} ${id}, confirmed ${utc(confirmedAt)}`),
    ),
    ...gaps.map(
      ({ chain, what, isDeleted }) =>
        `${isDeleted === true ? 'DELETED' : 'MISSING'} ${chain}: ${ascii(what)}`,
    ),
  ];
}
