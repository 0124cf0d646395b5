/** All that is looked for over time as bars, counted in the whole log; one of them narrows the period to its own. */
import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { countsQuery } from '../api/queries.ts';
import { clock, viewerZone } from '../clock/page-clock.ts';
import { durationWords } from '../text/duration-words.ts';
import { momentWords } from '../text/moment-words.ts';
import type { AuditSearch } from './audit-search.ts';
import classes from './Bars.module.css';
import { type Bar, barsOf, type Counts } from './bars.ts';
import { entriesWords } from './entry-words.ts';

/** How long the stretch of a bar is. */
function barWords(spanMs: number): string {
  return spanMs < 1_000 ? `${spanMs / 1_000} s` : durationWords(spanMs);
}

function momentOf(at: number): string {
  const { clock: time, zone, day } = momentWords(at, clock.now(), viewerZone, true);
  return `${day} ${time} ${zone}`;
}

/** Its place is kept while it is counted. Each bar's title says its stretch and its counts; readers get the whole in one sentence. */
export function Bars({
  search,
  onNarrow,
}: {
  search: AuditSearch;
  onNarrow: (period: { readonly from: string; readonly to: string }) => void;
}) {
  const { data, error } = useQuery(countsQuery(search));
  const bars = useMemo(() => (data === undefined ? [] : barsOf(data)), [data]);
  return (
    <figure className={classes.figure}>
      {data === undefined || bars.length === 0 ? (
        <>
          {data === undefined && error === null ? (
            <Skeleton height={72} radius={4} />
          ) : (
            <div className={classes.bars} />
          )}
          <figcaption className={classes.ends}>
            <span className={classes.legend}>
              {error !== null
                ? `Not counted: ${error.message}`
                : data === undefined
                  ? 'Counting…'
                  : 'Nothing to count.'}
            </span>
          </figcaption>
        </>
      ) : (
        <Counted bars={bars} counts={data} onNarrow={onNarrow} />
      )}
    </figure>
  );
}

function Counted({
  bars,
  counts: { spanMs, coverage },
  onNarrow,
}: {
  bars: readonly Bar[];
  counts: Counts;
  onNarrow: Parameters<typeof Bars>[0]['onNarrow'];
}) {
  const most = Math.max(...bars.map(({ count }) => count));
  const sum = (of: (bar: Bar) => number) => bars.reduce((total, bar) => total + of(bar), 0);
  const [count, bad] = [sum((bar) => bar.count), sum((bar) => bar.bad)];
  const [from, to] = [bars[0]?.from ?? 0, bars.at(-1)?.to ?? 0];
  const lacking = coverage.filter(({ missing }) => missing.length > 0).length;
  return (
    <>
      <span
        className={classes.heard}
        role="img"
        aria-label={`${entriesWords(count)} from ${momentOf(from)} to ${momentOf(to)}; ${bad} say that something was stopped or went wrong`}
      />
      <div className={classes.bars} aria-hidden="true">
        {bars.map((bar) => (
          <button
            key={bar.from}
            type="button"
            // From and Until take the period from who has no pointer.
            tabIndex={-1}
            disabled={bar.count === 0}
            className={classes.bar}
            title={`${momentOf(bar.from)}: ${entriesWords(bar.count)}, ${bar.bad} stopped or wrong`}
            onClick={() =>
              onNarrow({ from: new Date(bar.from).toISOString(), to: new Date(bar.to).toISOString() })
            }
          >
            <span className={classes.good} style={{ height: `${((bar.count - bar.bad) / most) * 100}%` }} />
            <span className={classes.bad} style={{ height: `${(bar.bad / most) * 100}%` }} />
          </button>
        ))}
      </div>
      <figcaption className={classes.ends}>
        <span>{momentOf(from)}</span>
        <span className={classes.legend}>
          {entriesWords(count)} · a bar is {barWords(spanMs)}, the highest {most.toLocaleString('en')}
          {bad > 0 && (
            <>
              {' '}
              · <span className={classes.sign} /> {bad.toLocaleString('en')} stopped or wrong
            </>
          )}
          {lacking > 0 && ` · of ${lacking} ${lacking === 1 ? 'node' : 'nodes'} not all is here`}
        </span>
        <span>{momentOf(to)}</span>
      </figcaption>
    </>
  );
}
