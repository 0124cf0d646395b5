/** A list of requests that goes on as one scrolls. */
import { Button, Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';
import { type RequestWish, useRequestPages } from '../api/request-pages.ts';
import type { ElevationRequest } from '../api/shapes.ts';
import { Panel } from '../shell/Panel.tsx';
import { ProblemNotice } from '../shell/ProblemNotice.tsx';
import { LongRows } from './Row.tsx';

/**
 * @param wish the same for as long as the component stands: its key changes with it
 * @param empty stands in its place while there is none
 * @param children draws one of them
 */
export function RequestPages({
  wish,
  empty,
  children,
}: {
  wish: RequestWish;
  empty: ReactNode;
  children: (request: ElevationRequest) => ReactNode;
}) {
  const { requests, isMore, error, readOn, onSight } = useRequestPages(wish);
  const problem = error?.isOutage === false && !error.isSignedOut ? error : null;
  if (requests === undefined || (requests.length === 0 && isMore))
    return problem === null ? <Skeleton height={132} radius={12} /> : <ProblemNotice problem={problem} />;
  if (requests.length === 0) return empty;
  return (
    <>
      <ProblemNotice problem={problem} />
      <Panel flush>
        <LongRows
          items={requests}
          keyOf={({ id }) => id}
          isPart={isMore}
          onNearEnd={isMore ? readOn : undefined}
          onSight={onSight}
        >
          {children}
        </LongRows>
      </Panel>
      {isMore && (
        <div>
          <Button variant="default" onClick={readOn}>
            More
          </Button>
        </div>
      )}
    </>
  );
}
