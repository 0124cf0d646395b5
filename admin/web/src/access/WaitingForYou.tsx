/** Tells somebody who answers requests that some wait for them. */
import { useQuery } from '@tanstack/react-query';
import { pendingRequestsQuery } from '../api/queries.ts';
import { Notice } from '../shell/Notice.tsx';
import { TextLink } from '../shell/TextLink.tsx';

/** Nothing while none waits. */
export function WaitingForYou() {
  const pending = useQuery(pendingRequestsQuery);
  const waiting = pending.data?.requests.filter(({ may }) => may.answer).length ?? 0;
  if (waiting === 0) return null;
  return (
    <Notice tone="warn">
      <TextLink to="/approvals">
        {waiting === 1 ? 'One request waits' : `${waiting} requests wait`} for your answer
      </TextLink>
    </Notice>
  );
}
