/** Says what a push may do to its refs: folded away, since most ask for all that the rule allows. */
import { Checkbox, Stack } from '@mantine/core';
import { useState } from 'react';
import { kindWords, type UpdateKind, updateKinds } from '../text/update-kinds.ts';
import classes from './KindsField.module.css';

const words: Readonly<Record<UpdateKind, string>> = {
  create: 'Push refs that are not there yet.',
  update: 'Move refs that are there. A forced push is one too: until it has arrived, it looks the same.',
  delete: 'Remove refs.',
};

/** @param offered those that the rule allows; one alone leaves nothing to choose */
export function KindsField({
  value,
  offered,
  onChange,
}: {
  value: readonly UpdateKind[];
  offered: readonly UpdateKind[];
  onChange: (kinds: readonly UpdateKind[]) => void;
}) {
  const [isOpen, setOpen] = useState(false);
  const isMissing = value.length === 0;
  if (offered.length < 2) return null;
  return (
    <details open={isOpen || isMissing} onToggle={({ currentTarget: { open } }) => setOpen(open)}>
      <summary className={classes.summary}>
        What it may do to them: {isMissing ? 'nothing' : kindWords(value)}
      </summary>
      <Checkbox.Group
        aria-label="What it may do to them"
        value={[...value]}
        onChange={(chosen) => onChange(updateKinds.filter((kind) => chosen.includes(kind)))}
        error={isMissing && 'Choose at least one.'}
        size="md"
        mt={8}
      >
        <Stack gap={8}>
          {updateKinds
            .filter((kind) => offered.includes(kind))
            .map((kind) => (
              <Checkbox
                size="md"
                key={kind}
                value={kind}
                label={`${kind.charAt(0).toUpperCase()}${kind.slice(1)}`}
                description={words[kind]}
                aria-invalid={isMissing}
              />
            ))}
        </Stack>
      </Checkbox.Group>
    </details>
  );
}
