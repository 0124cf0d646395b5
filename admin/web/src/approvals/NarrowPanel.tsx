/** Makes an approval shorter or narrower than what was asked. */
import { Stack, TextInput } from '@mantine/core';
import { useEffect, useRef } from 'react';
import type { ElevationRequest } from '../api/shapes.ts';
import { DurationField } from '../ask/DurationField.tsx';
import { RefsField } from '../ask/RefsField.tsx';
import { Panel } from '../shell/Panel.tsx';
import { spanLeft } from './what-is-asked.ts';

/** An approval as it is being made; no refs means those asked for. */
export interface Narrowing {
  readonly spanMs: number | undefined;
  readonly refs: readonly string[];
  readonly comment: string;
}

/** Refs can be narrowed where one push is asked for. */
export function NarrowPanel({
  request,
  narrowing,
  onChange,
}: {
  request: ElevationRequest;
  narrowing: Narrowing;
  onChange: (narrowing: Narrowing) => void;
}) {
  const [scope, ...others] = request.scopes;
  const panel = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Newer browsers answer with a promise, which must not become the effect's end.
    void panel.current?.scrollIntoView({ block: 'start', behavior: 'smooth' });
  }, []);
  const hasRefs = scope?.right === 'push' && others.length === 0 && request.extends === undefined;
  return (
    <Panel>
      <Stack ref={panel} gap="md">
        <DurationField
          label="Approve for"
          spanMs={narrowing.spanMs}
          maxMs={spanLeft(request)}
          maxReason="as asked"
          isMissing={narrowing.spanMs === undefined}
          onChange={(spanMs) => onChange({ ...narrowing, spanMs })}
        />
        {hasRefs && (
          <RefsField
            value={narrowing.refs}
            allowed={scope.refs}
            empty="those asked for"
            onChange={(refs) => onChange({ ...narrowing, refs })}
          />
        )}
        <TextInput
          label="Comment (if you like)"
          value={narrowing.comment}
          onChange={(event) => onChange({ ...narrowing, comment: event.currentTarget.value })}
          maxLength={1_000}
          size="md"
        />
      </Stack>
    </Panel>
  );
}
