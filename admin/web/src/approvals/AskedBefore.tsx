/** How this person's earlier requests for the same repositories went, for whoever answers the next. */
import { useQuery } from '@tanstack/react-query';
import { seenRequestsQuery } from '../api/queries.ts';
import type { ElevationRequest } from '../api/shapes.ts';
import { Moment } from '../clock/Moment.tsx';
import { TextLink } from '../shell/TextLink.tsx';
import { counted } from '../text/counted.ts';
import { personName } from '../text/person-name.ts';
import { before } from './before.ts';
import { verb } from './what-is-asked.ts';

/** Says so too when there were none. */
export function AskedBefore({ request }: { request: ElevationRequest }) {
  const { data } = useQuery(seenRequestsQuery);
  if (data === undefined) return null;
  const { approved, denied, last } = before(request, data.requests);
  const [scope] = last?.scopes ?? [];
  if (last === undefined || scope === undefined)
    return <li>the first request of theirs for it, of those you see</li>;
  return (
    <li>
      asked for it before: {counted(approved, 'time')} approved, {counted(denied, 'time')} denied; last{' '}
      <TextLink to="/a/$requestId" params={{ requestId: last.id }} size="sm">
        to {verb(scope.right)} it
      </TextLink>
      , {last.state}
      {last.decidedBy !== undefined && ` by ${personName(last.decidedBy)}`} at{' '}
      <Moment at={last.decidedAt ?? last.createdAt} />
    </li>
  );
}
