/** Tells somebody who answers requests that some wait for them. */
import { useQuery } from '@tanstack/react-query';
import { waitsForMeQuery } from '../api/queries.ts';
import { Notice } from '../shell/Notice.tsx';
import { TextLink } from '../shell/TextLink.tsx';

/** Nothing while none waits. */
export function WaitingForYou() {
  const { data } = useQuery(waitsForMeQuery);
  const waiting = data?.requests.length ?? 0;
  if (waiting === 0) return null;
  return (
    <Notice tone="warn">
      <TextLink to="/approvals">
        {data?.cursor !== undefined && 'More than '}
        {waiting === 1 ? 'One request waits' : `${waiting} requests wait`} for your answer
      </TextLink>
    </Notice>
  );
}
