/** Grants that live now and that the viewer may see: those of others too, where they see any. */
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { AllGrants } from './all-grants.ts';
import type { ApiProblem } from './api-problem.ts';
import { liveGrantsQuery, meQuery, myGrantsQuery } from './queries.ts';
import type { Me } from './shapes.ts';

/** Whether somebody may see everything that others asked for and hold. */
export function seesAll(me: Me | undefined): boolean {
  return me?.roles.some((role) => role === 'admin' || role === 'auditor') === true;
}

/** Whether they may see any of it: all, or what they answer for. */
export function seesOthers(me: Me | undefined): boolean {
  return me?.approves === true || seesAll(me);
}

/** The first to end in front. */
export function useSeenGrants(): {
  readonly data: AllGrants | undefined;
  readonly isPending: boolean;
  readonly error: ApiProblem | null;
} {
  const me = useQuery(meQuery);
  const isOfAll = seesOthers(me.data);
  // Who sees nothing of others would have all looked through for their own.
  const all = useQuery({ ...liveGrantsQuery, enabled: isOfAll });
  const mine = useQuery({ ...myGrantsQuery, enabled: me.data !== undefined && !isOfAll });
  const { data, isPending, error } = isOfAll ? all : mine;
  const live = useMemo(() => {
    if (data === undefined) return undefined;
    const grants = data.grants.filter(({ state }) => state === 'live');
    return { grants: grants.toSorted((a, b) => a.endsAt - b.endsAt), more: data.more };
  }, [data]);
  return { data: live, isPending, error };
}
