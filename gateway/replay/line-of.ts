/** One entry as a line that people read. */
import type { Entry } from '../audit/entry.ts';
import { visibleText } from '../git/visible-text.ts';
import { textOf } from './text-of.ts';

const longest = 400;

/** What happened, without the time; nothing in it acts on a terminal. Undefined for what only the log itself needs. */
export function lineOf(entry: Entry): string | undefined {
  const line = told(entry);
  return line === undefined ? undefined : visibleText(line, longest);
}

function told(entry: Entry): string | undefined {
  switch (entry.type) {
    case 'request.created': {
      const asks = entry.scopes.map(
        ({ right, repository, refs }) =>
          `${right} ${textOf(repository)}${refs.length > 0 ? ` (${refs.map(textOf).join(' ')})` : ''}`,
      );
      return `${entry.principalId} asks ${entry.requestId}: ${asks.join(', ')}: "${textOf(entry.reason)}"`;
    }
    case 'request.answered':
      return `${entry.by} answers ${entry.requestId}: ${entry.verdict}`;
    case 'request.approved':
      return `${entry.requestId} is approved${entry.automatic === true ? ' by the policy' : ''}: ${entry.grantIds.join(', ')}`;
    case 'request.denied':
      return `${entry.by} denies ${entry.requestId}`;
    case 'request.withdrawn':
    case 'request.lapsed':
      return `${entry.requestId} is ${entry.type === 'request.lapsed' ? 'not answered in time' : 'withdrawn'}`;
    case 'grant.issued':
      return `${entry.grantId} begins: ${entry.principalId} may ${entry.scope.right} ${textOf(entry.scope.repository)} until ${utc(entry.endsAt)}`;
    case 'grant.extended':
      return `${entry.grantId} is extended until ${utc(entry.endsAt)}`;
    case 'grant.revoked':
      return `${entry.grantId} is revoked by ${entry.by}: "${textOf(entry.reason)}"`;
    case 'grant.expired':
      return `${entry.grantId} reaches its end`;
    case 'lock.made': {
      const { kind, principalId, repository, upstream } = entry.on;
      const on = principalId ?? upstream ?? (repository === undefined ? kind : textOf(repository));
      const what = entry.right === undefined ? on : `${entry.right} on ${on}`;
      const but = entry.except.length === 0 ? '' : ` but for ${entry.except.join(', ')}`;
      return `${entry.lockId} locks ${what}${but}: "${textOf(entry.reason)}"`;
    }
    case 'lock.lifted':
      return `${entry.lockId} is lifted by ${entry.by}`;
    case 'operation.started':
      return `${entry.operationId} starts: ${entry.principalId} ${entry.right} ${textOf(entry.repository)} on ${entry.grantIds.join(', ')} (${entry.door} ${entry.address})`;
    case 'push.commands':
      return `${entry.operationId} pushes ${entry.updates.map(({ kind, ref }) => `${kind} ${textOf(ref)}`).join(', ')}`;
    case 'push.released':
      return `${entry.operationId} passes the gate`;
    case 'push.settled':
      return `${entry.operationId} is settled: ${entry.updates.map(({ ref, outcome }) => `${textOf(ref)} ${outcome}`).join(', ')}`;
    case 'operation.cut-ordered':
      return `${entry.by} orders the cut of ${entry.operationId}: "${textOf(entry.reason)}"`;
    case 'operation.ended':
      return `${entry.operationId} ends: ${entry.outcome}${entry.reason === undefined ? '' : ` (${entry.reason})`}`;
    case 'operation.refused':
      return `${entry.principalId} is refused ${entry.right ?? 'access'} to ${textOf(entry.repository ?? 'several')}: ${entry.reason}${entry.count > 1 ? ` (${entry.count} times)` : ''}`;
    case 'policy.loaded':
      return `the policy ${entry.policy.slice(0, 12)} is in force`;
    case 'audit.read':
      return `${entry.principalId} reads the audit (${entry.what})${entry.count > 1 ? ` ${entry.count} times` : ''}`;
    case 'report.signed-off':
      return `${entry.principalId} signs off the access report ${entry.report.slice(0, 12)} of ${utc(entry.from)} to ${utc(entry.to)}: "${textOf(entry.remarks)}"`;
    case 'node.started':
    case 'node.stopped':
      return `${entry.node} ${entry.type === 'node.started' ? 'starts' : 'stops'}`;
    default:
      return undefined;
  }
}

/** `2026-11-28 14:05:12 UTC`. */
export function utc(at: number): string {
  const time = new Date(at);
  return Number.isNaN(time.getTime())
    ? 'no time'
    : `${time.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
