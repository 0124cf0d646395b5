/** Says so when what is asked for is there already. */
import { useQuery } from '@tanstack/react-query';
import { canQuery } from '../api/queries.ts';
import { Moment } from '../clock/Moment.tsx';
import { Notice } from '../shell/Notice.tsx';

/** Asks the gateway what it would decide now; silent unless the answer is yes. */
export function AlreadyAllowed({ repository, right }: { repository: string; right: 'fetch' | 'push' }) {
  const can = useQuery(canQuery(repository, right));
  if (can.data?.allowed !== true) return null;
  const { endsAt } = can.data;
  const what = right === 'push' ? 'push to' : 'fetch';
  return endsAt === undefined ? (
    <Notice tone="good">No need to ask: the first {right} is granted by itself.</Notice>
  ) : (
    <Notice tone="good">
      You can {what} this repository already, until <Moment at={endsAt} />. For more time, extend that access
      on your first screen.
    </Notice>
  );
}
