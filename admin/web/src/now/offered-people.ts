/** Who a field offers to pick: everybody who has asked for, holds or uses something that the viewer sees. */
import { useQuery } from '@tanstack/react-query';
import { operationsQuery, seenRequestsQuery } from '../api/queries.ts';
import { useSeenGrants } from '../api/seen-grants.ts';
import { eachPerson, personLabel } from './people-seen.ts';

/** Their labels, by name. */
export function useOfferedPeople(): readonly string[] {
  const grants = useSeenGrants();
  const requests = useQuery(seenRequestsQuery);
  const operations = useQuery(operationsQuery);
  const people = eachPerson([
    ...(grants.data?.grants ?? []).map(({ principal }) => principal),
    ...(requests.data?.requests ?? []).map(({ principal }) => principal),
    ...(operations.data?.operations ?? []).map(({ principal }) => principal),
  ]);
  return people.map(personLabel);
}
