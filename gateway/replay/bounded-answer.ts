/** What a page is told of a replay: all of the verdicts, and of the time line and the grants as much as can be looked at. */
import type { EntryWish } from '../audit/entry-filter.ts';
import { type AccessReport, accessReport } from './access-report.ts';
import { type AtMoment, atMoment } from './at-moment.ts';
import { type Replayed, replay } from './replay.ts';
import { reportHtml } from './report-html.ts';
import { type GrantSpan, type OperationSpan, TimeLine, type TimeLineStep } from './time-line.ts';

/** What is to be replayed: a period and whom and what it is about, or one moment. */
export interface ReplayWish {
  /** Folders of the log. */
  readonly paths: readonly string[];
  readonly wish: EntryWish;
  /** Say instead what stood at this moment, epoch ms. */
  readonly at?: number;
  /** Chains that are known of and whose files may lie elsewhere. */
  readonly elsewhere: readonly string[];
}

/** A replay as `sluice audit replay --json` prints it, cut to what a page shows. */
export interface ReplayAnswer extends Replayed {
  readonly timeLine: readonly TimeLineStep[];
  readonly timeLineLeftOut: number;
  readonly spans: readonly (Omit<GrantSpan, 'operations'> & {
    readonly operations: readonly OperationSpan[];
    readonly operationsLeftOut: number;
  })[];
  readonly spansLeftOut: number;
}

/** What stood at a moment, cut in the same way. */
export interface MomentAnswer extends AtMoment {
  readonly grantsLeftOut: number;
  readonly locksLeftOut: number;
  readonly refsLeftOut: number;
}

/** What is told at the most; the rest is counted. */
const atMost = { findings: 500, steps: 2_000, spans: 300, operationsOfOne: 100, ofMoment: 2_000 } as const;

/** The access report of a period, epoch ms, `to` not included. */
export interface ReportWish {
  readonly paths: readonly string[];
  readonly report: { readonly from: number; readonly to: number };
  readonly elsewhere: readonly string[];
}

/** The report, and the page of it. */
export interface ReportAnswer {
  readonly report: AccessReport;
  readonly html: string;
}

/** Makes the report. Rejects for files that cannot be read. */
export async function reportAnswer({
  paths,
  report: { from, to },
  elsewhere,
}: ReportWish): Promise<ReportAnswer> {
  const report = await accessReport(paths, from, to, elsewhere);
  return { report, html: reportHtml(report) };
}

/** Replays. Rejects for files that cannot be read. */
export async function boundedAnswer({
  paths,
  wish,
  at,
  elsewhere,
}: ReplayWish): Promise<{ readonly replayed: ReplayAnswer } | { readonly moment: MomentAnswer }> {
  if (at !== undefined) {
    const { grants: all, locks, refs, ...rest } = await atMoment(paths, at, wish.repository, elsewhere);
    const isWanted = ({ principalId, grantId }: AtMoment['grants'][number]): boolean =>
      (wish.principalId ?? principalId) === principalId && (wish.grantId ?? grantId) === grantId;
    const grants = all.filter(isWanted);
    const first = <T>(list: readonly T[]): readonly T[] => list.slice(0, atMost.ofMoment);
    const leftOut = ({ length }: readonly unknown[]): number => Math.max(0, length - atMost.ofMoment);
    return {
      moment: {
        ...rest,
        grants: first(grants),
        grantsLeftOut: leftOut(grants),
        locks: first(locks),
        locksLeftOut: leftOut(locks),
        refs: first(refs),
        refsLeftOut: leftOut(refs),
      },
    };
  }
  const timeLine = new TimeLine();
  const found = await replay(paths, wish, (...step) => timeLine.take(...step), elsewhere);
  const [steps, spans] = [timeLine.steps(), timeLine.grantSpans()];
  const findings = found.findings.slice(0, atMost.findings);
  return {
    replayed: {
      ...found,
      findings,
      findingsLeftOut: found.findingsLeftOut + found.findings.length - findings.length,
      timeLine: steps.slice(0, atMost.steps),
      timeLineLeftOut: timeLine.leftOut + Math.max(0, steps.length - atMost.steps),
      spans: spans.slice(0, atMost.spans).map(({ operations, ...span }) => ({
        ...span,
        operations: operations.slice(0, atMost.operationsOfOne),
        operationsLeftOut: Math.max(0, operations.length - atMost.operationsOfOne),
      })),
      spansLeftOut: Math.max(0, spans.length - atMost.spans),
    },
  };
}
