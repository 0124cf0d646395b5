/** The fields of one repository that is asked for. */
import { Button } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import type { AskableRule } from '../api/shapes.ts';
import { AlreadyAllowed } from './AlreadyAllowed.tsx';
import classes from './AskForm.module.css';
import { type AskedScope, kindsOf, type ScopeDraft, type ScopeFault } from './asking.ts';
import { KindsField } from './KindsField.tsx';
import { RefsField } from './RefsField.tsx';
import { RepositoryField } from './RepositoryField.tsx';
import { RightField } from './RightField.tsx';

/**
 * @param fault why it cannot be sent; undefined while nobody tried
 * @param onRemove undefined for the only one
 */
export function ScopeFields({
  draft,
  scope,
  legend,
  rules,
  suggestions,
  fault,
  onChange,
  onRemove,
}: {
  draft: ScopeDraft;
  scope: AskedScope;
  legend: string | undefined;
  rules: readonly AskableRule[];
  suggestions: readonly string[];
  fault: ScopeFault | undefined;
  onChange: (draft: ScopeDraft) => void;
  onRemove: (() => void) | undefined;
}) {
  const { repository, right, rule, offered } = scope;
  const [settled] = useDebouncedValue(repository, 400);
  const fields = (
    <>
      <RepositoryField
        value={draft.written}
        rules={rules}
        suggestions={suggestions}
        fault={fault}
        isFirst={draft.key === 0}
        onChange={(written) => onChange({ ...draft, written })}
      />
      <RightField value={right} rule={rule} onChange={(wantedRight) => onChange({ ...draft, wantedRight })} />
      {rule !== undefined && settled === repository && <AlreadyAllowed repository={settled} right={right} />}
      {right === 'push' && (
        <div>
          <RefsField
            value={draft.refs}
            allowed={offered?.refs ?? []}
            onChange={(refs) => onChange({ ...draft, refs })}
          />
          <KindsField
            value={scope.kinds}
            offered={kindsOf(offered)}
            onChange={(kinds) => onChange({ ...draft, kinds })}
          />
        </div>
      )}
    </>
  );
  if (legend === undefined) return fields;
  return (
    <fieldset className={classes.scope}>
      <legend className={classes.legend}>{legend}</legend>
      {fields}
      {onRemove !== undefined && (
        <div>
          <Button variant="default" size="xs" onClick={onRemove}>
            Leave {legend.toLowerCase()} out
          </Button>
        </div>
      )}
    </fieldset>
  );
}
