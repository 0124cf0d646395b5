/** An access report as one page to print: no scripts, nothing loaded, everything escaped. */
import { visibleText } from '../git/visible-text.ts';
import type {
  AccessReport,
  ReportedGrant,
  ReportedOperation,
  ReportedPerson,
  ReportReview,
  RuleOfReport,
} from './access-report.ts';
import { utc } from './line-of.ts';

const longest = 1_000;
const dayMs = 86_400_000;
/** Bars of a chart; further ones are left to the tables. */
const barsAtMost = 40;

const style = `body{font:14px/1.4 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#111}
table{border-collapse:collapse;width:100%;margin:.5rem 0 2rem}th,td{text-align:left;vertical-align:top;border-bottom:1px solid #ccc;padding:.25rem .5rem;overflow-wrap:anywhere}
tr{break-inside:avoid}svg{max-width:100%}.critical{font-weight:bold}.gap{color:#900}.sign td{height:3rem;width:33%}`;

/** The page; times are UTC and say so. */
export function reportHtml(report: AccessReport): string {
  const { from, to, grants, neverUsed, refusals, rules, gaps, hash, today, reviews } = report;
  const operations = grants.reduce((sum, grant) => sum + grant.operations.length, 0);
  const unused = grants.filter(({ grantId }) => neverUsed.includes(grantId));
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Access report</title><style>${style}</style></head><body>
<h1>Access to repositories</h1>
<p>${utc(from)} to ${utc(to)}. ${grants.length} grants, ${operations} operations, ${neverUsed.length} grants never used, ${refusals.reduce((sum, { count }) => sum + count, 0)} refused attempts.</p>
${gaps.map(({ chain, what }) => `<p class="gap">A part of the log is not here: ${html(`${chain}: ${what}`)}. What stood there is not in this report.</p>`).join('\n')}
<h2>Operations a day</h2>
${bars(days(report))}
<h2>Rules by use</h2>
${bars(rules.map(({ rule, operations }) => [rule, operations]))}
${table(
  ['Rule', 'Grants', 'Operations'],
  rules.map(({ rule, grants, operations }) => [html(rule), String(grants), String(operations)]),
)}
<h2>Grants</h2>
${table(['Grant', 'Who, and who approved', 'What', 'Why', 'When', 'What was done'], grants.map(grantCells))}
<h2>Grants never used</h2>
${table(
  ['Grant', 'Who', 'What'],
  unused.map((grant) => [html(grant.grantId), person(grant.requester), what(grant)]),
)}
<h2>Refused attempts</h2>
${table(
  ['Who', 'What', 'Reason', 'Times', 'Last'],
  refusals.map(({ who, repository, right, reason, count, lastAt }) => [
    person(who),
    html(`${right} ${repository}`),
    html(reason),
    String(count),
    utc(lastAt),
  ]),
)}
<h2>Who may ask for what today</h2>
${today === undefined ? '<p>The log holds no policy.</p>' : todayTable(today)}
<h2>Reviewed</h2>
<p>Hash of this report: <code>${hash}</code></p>
${reviews.length === 0 ? '' : reviewTable(reviews)}
<table class="sign"><tr><td>by</td><td>on</td><td>remarks</td></tr></table>
</body></html>
`;
}

/** Of whom it is known that they may: those who signed in, by the groups they had then. */
function todayTable(today: readonly RuleOfReport[]): string {
  return table(
    [
      'Rule',
      'Right',
      'Who may ask',
      'Who signed in and may',
      'Who approves',
      'Approvers who never signed in',
    ],
    today.map(({ rule, critical, right, requesters, mayAsk, approvers }) => [
      `${html(rule)}${critical ? ' <span class="critical">(critical)</span>' : ''}`,
      right,
      html(requesters.join(', ')),
      mayAsk.map(person).join(', '),
      approvers
        .map(
          ({ from, count, signedIn }) =>
            `${count} of ${html(from.join(', '))}: ${signedIn.map(person).join(', ')}`,
        )
        .join('<br>'),
      approvers.flatMap(({ neverSignedIn }) => neverSignedIn.map(html)).join(', '),
    ]),
  );
}

function reviewTable(reviews: readonly ReportReview[]): string {
  return table(
    ['By', 'On', 'Remarks', 'Of this report'],
    reviews.map(({ by, at, remarks, hash, isOfThis }) => [
      person(by),
      utc(at),
      html(remarks),
      isOfThis ? 'yes' : `<span class="gap">no, of ${hash}</span>`,
    ]),
  );
}

function grantCells(grant: ReportedGrant): readonly string[] {
  const { grantId, requester, approvers, reason, critical, issuedAt, endedAt, revoked, operations } = grant;
  const approved = approvers.length === 0 ? 'by the policy' : approvers.map(person).join(', ');
  const end = revoked === undefined ? '' : `<br>revoked by ${person(revoked.by)}: “${html(revoked.reason)}”`;
  return [
    `<span${critical ? ' class="critical"' : ''}>${html(grantId)}${critical ? ' (critical)' : ''}</span>`,
    `${person(requester)}<br>approved: ${approved}`,
    `${what(grant)}<br>rule ${html(grant.rule)}`,
    reason === undefined ? 'not in the log' : html(reason),
    `${utc(issuedAt)} to ${utc(endedAt)}${end}`,
    operations.length === 0 ? 'nothing' : operations.map(done).join('<br>'),
  ];
}

function what({ right, repository, refs }: ReportedGrant): string {
  return html(`${right} ${repository}${refs.length > 0 ? ` (${refs.join(' ')})` : ''}`);
}

function done({ startedAt, right, outcome, updates = [] }: ReportedOperation): string {
  const refs = updates.map(({ ref, outcome }) => `${ref} ${outcome}`).join(', ');
  return html(
    `${utc(startedAt)} ${right}, ${outcome ?? 'no end on record'}${refs === '' ? '' : `: ${refs}`}`,
  );
}

function person({ id, name }: ReportedPerson): string {
  return html(name === undefined ? id : `${name} (${id})`);
}

/** An operation under two grants is one. */
function days({ grants }: AccessReport): readonly (readonly [string, number])[] {
  const operations = new Map(
    grants.flatMap(({ operations }) =>
      operations.map(({ operationId, startedAt }) => [operationId, startedAt]),
    ),
  );
  const counts = new Map<number, number>();
  for (const at of operations.values()) {
    const day = Math.floor(at / dayMs) * dayMs;
    counts.set(day, (counts.get(day) ?? 0) + 1);
  }
  return [...counts].toSorted(([a], [b]) => a - b).map(([day, count]) => [utc(day).slice(0, 10), count]);
}

function bars(values: readonly (readonly [label: string, value: number])[]): string {
  const shown = values.slice(0, barsAtMost);
  if (shown.length === 0) return '<p>None.</p>';
  const most = Math.max(1, ...shown.map(([, value]) => value));
  const rows = shown.map(([label, value], i) => {
    const y = 18 * i;
    const width = Math.round((380 * value) / most);
    return `<text x="235" y="${y + 13}" text-anchor="end">${html(label.slice(-38))}</text><rect x="240" y="${y + 2}" width="${width}" height="14" fill="#456"/><text x="${width + 246}" y="${y + 13}">${value}</text>`;
  });
  const left = values.length > shown.length ? `<p>… and ${values.length - shown.length} more.</p>` : '';
  return `<svg role="img" viewBox="0 0 700 ${18 * shown.length}" width="700" font-size="11">${rows.join('')}</svg>${left}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '<p>None.</p>';
  const cells = (tag: string, row: readonly string[]): string =>
    `<tr>${row.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`;
  return `<table>${cells('th', head)}\n${rows.map((row) => cells('td', row)).join('\n')}</table>`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function html(text: string): string {
  return visibleText(text, longest).replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
