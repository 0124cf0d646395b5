/** `sluice audit report PATH… --from --to`: who had what access in a period, why, and what was done with it. */
import { type Command, Option } from 'commander';
import { cell } from '../audit/export-csv.ts';
import { ascii } from '../audit/line.ts';
import { type AccessReport, accessReport } from '../replay/access-report.ts';
import { utc } from '../replay/line-of.ts';
import { reportHtml } from '../replay/report-html.ts';
import { auditGroup } from './audit-group.ts';
import { moment, onFiles, unreadable } from './audit-options.ts';

/** Exit codes, as the help says; 2 is `unreadable`. */
const exit = { whole: 0, gaps: 1 } as const;

interface Options {
  readonly from: number;
  readonly to: number;
  readonly format: 'html' | 'csv' | 'json';
}

export function addAuditReport(program: Command): void {
  auditGroup(program)
    .command('report')
    .description('every grant of a period with requester, approvers, reason and what was done under it')
    .argument('<path...>', 'audit directories of all nodes, or single segments of them')
    .requiredOption(
      '--from <time>',
      'from this moment on: epoch milliseconds or 2026-11-25T14:05:00Z',
      moment,
    )
    .requiredOption('--to <time>', 'up to this moment, not included', moment)
    .addOption(new Option('--format <format>').choices(['html', 'csv', 'json']).default('html'))
    .addHelpText(
      'after',
      '\nexit codes: 0 reported, 1 reported, and a part of the log is missing or altered, 2 nothing that can be read, or usage',
    )
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : unreadable))
    .action((paths: string[], { from, to, format }: Options) =>
      onFiles(async () => {
        const report = await accessReport(paths, from, to);
        process.stdout.write(written[format](report));
        return report.gaps.length > 0 ? exit.gaps : exit.whole;
      }),
    );
}

const written: Readonly<Record<Options['format'], (report: AccessReport) => string>> = {
  html: reportHtml,
  json: (report) => `${ascii(JSON.stringify(report))}\n`,
  csv: ({ grants }) =>
    [head, ...grants.map(row)]
      .map((cells) => `${cells.map((text) => cell(shown(text))).join(',')}\r\n`)
      .join(''),
};

const head = [
  'grant',
  'requester',
  'approvers',
  'reason',
  'right',
  'repository',
  'refs',
  'rule',
  'critical',
  'from',
  'to',
  'revoked',
  'operations',
  'what was done',
];

function row(grant: AccessReport['grants'][number]): readonly string[] {
  const { grantId, requester, approvers, reason = '', right, repository, refs, rule, critical } = grant;
  const { issuedAt, endedAt, revoked, operations } = grant;
  const who = ({ id, name }: typeof requester): string => (name === undefined ? id : `${name} (${id})`);
  const done = operations.map(({ startedAt, outcome = 'no end', updates = [] }) =>
    [utc(startedAt), outcome, ...updates.map(({ ref, outcome }) => `${ref} ${outcome}`)].join(' '),
  );
  return [
    grantId,
    who(requester),
    approvers.map(who).join(', '),
    reason,
    right,
    repository,
    refs.join(' '),
    rule,
    String(critical),
    utc(issuedAt),
    utc(endedAt),
    revoked === undefined ? '' : `${who(revoked.by)}: ${revoked.reason}`,
    String(operations.length),
    done.join('; '),
  ];
}

/** In ASCII, as in the log: nothing in it acts on who looks at it. */
function shown(text: string): string {
  return ascii(JSON.stringify(text)).slice(1, -1).replaceAll('\\"', '"');
}
