/** Saves what is looked for as a file of JSON lines. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { ApiProblem } from '../api/api-problem.ts';
import { ProblemNotice } from '../shell/ProblemNotice.tsx';
import { saveAs } from '../shell/save-as.ts';
import type { AuditSearch } from './audit-search.ts';
import { exportedAtMost, readLines } from './export-lines.ts';

/** @param search what is looked for */
export function ExportButton({ search }: { search: AuditSearch }) {
  const [count, setCount] = useState<number>();
  const [said, setSaid] = useState('');
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const save = async () => {
    setCount(0);
    setProblem(null);
    try {
      const { text, isCut } = await readLines(search, setCount);
      saveAs('sluice-audit.jsonl', text, 'application/x-ndjson');
      setSaid(isCut ? `Only the first ${exportedAtMost} were saved: narrow by time for the rest.` : 'Saved.');
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setProblem(error);
    } finally {
      setCount(undefined);
    }
  };
  return (
    <>
      <Button variant="default" onClick={() => void save()} loading={count !== undefined}>
        Save as JSON lines
      </Button>
      <span role="status">{count === undefined ? said : `${count} entries so far`}</span>
      <ProblemNotice problem={problem} />
    </>
  );
}
