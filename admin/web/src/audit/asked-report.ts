/** The access report of a period that is read when somebody asks for it: it goes through a whole log. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { reportQuery } from '../api/queries.ts';
import { clock } from '../clock/page-clock.ts';

const ninetyDaysMs = 90 * 86_400_000;

/** Epoch milliseconds, as the API takes them. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

/** @param wanted what of the period is given; the last 90 days without it, counted from the asking */
export function useAskedReport(wanted: { readonly from?: string; readonly to?: string } = {}) {
  const [period, setPeriod] = useState<Period>();
  const { data, error, isFetching } = useQuery({
    ...reportQuery(period ?? { from: '', to: '' }),
    enabled: period !== undefined,
  });
  const read = () => {
    const now = Math.floor(clock.now());
    setPeriod({ from: wanted.from ?? String(now - ninetyDaysMs), to: wanted.to ?? String(now) });
  };
  return { period, report: data, problem: isFetching ? null : error, isFetching, read };
}
