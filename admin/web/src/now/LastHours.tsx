/** Rates, operations, refusals and cuts of the last hours as charts; loaded when it is shown, since its library is the page's largest. */
import { Bar, BarChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import type { Now } from '../api/shapes.ts';
import { clock, viewerZone } from '../clock/page-clock.ts';
import { byteWords } from '../text/byte-words.ts';
import { momentWords } from '../text/moment-words.ts';
import classes from './LastHours.module.css';
import { everyStretch, type Stretch, total } from './stretches.ts';

/** One chart: what it counts, and how a count is said. */
interface Chart {
  readonly title: string;
  readonly of: (stretch: Stretch) => number;
  readonly words: (count: number) => string;
  readonly colour: string;
}

const plain = (count: number): string => String(count);

/** Four charts over the same hours. */
export function LastHours({ now }: { now: Now }) {
  const stretches = everyStretch(now);
  const seconds = now.stretchMs / 1_000;
  const charts: readonly Chart[] = [
    {
      title: 'Carried',
      of: ({ bytesUp, bytesDown }) => bytesUp + bytesDown,
      words: byteWords,
      colour: 'var(--sluice-bar)',
    },
    {
      title: 'Fetches and pushes',
      of: ({ operations }) => operations,
      words: plain,
      colour: 'var(--sluice-bar)',
    },
    { title: 'Refused', of: ({ refusals }) => refusals, words: plain, colour: 'var(--sluice-warn-text)' },
    { title: 'Cut', of: ({ cuts }) => cuts, words: plain, colour: 'var(--sluice-bad-text)' },
  ];
  return (
    <div className={classes.charts}>
      {charts.map((chart) => (
        <OneChart key={chart.title} chart={chart} stretches={stretches} seconds={seconds} />
      ))}
    </div>
  );
}

function OneChart({
  chart: { title, of, words, colour },
  stretches,
  seconds,
}: {
  chart: Chart;
  stretches: readonly Stretch[];
  seconds: number;
}) {
  const sum = words(total(stretches, of));
  const most = Math.max(...stretches.map(of));
  const rate = title === 'Carried' ? `at most ${byteWords(Math.round(most / seconds))}/s` : '';
  return (
    <figure className={classes.chart}>
      <figcaption>
        <span className={classes.title}>{title}</span>
        <span className={classes.sum}>{sum}</span>
        <span className={classes.more}>{rate}</span>
      </figcaption>
      <div role="img" aria-label={`${title}: ${sum} in the last 6 hours${rate === '' ? '' : `, ${rate}`}`}>
        <ResponsiveContainer width="100%" height={80}>
          <BarChart
            data={stretches.map((stretch) => ({ at: stretch.at, count: of(stretch) }))}
            margin={{ top: 4, right: 0, bottom: 0, left: 0 }}
            barCategoryGap={1}
            accessibilityLayer={false}
          >
            <XAxis dataKey="at" hide />
            <YAxis hide domain={[0, Math.max(most, 1)]} />
            <Tooltip
              cursor={{ fill: 'var(--sluice-quiet-soft)' }}
              content={({ active, payload }) => {
                const [point] = payload ?? [];
                const told = point?.payload as { at: number; count: number } | undefined;
                if (!active || told === undefined) return null;
                return (
                  <div className={classes.tip}>
                    {timeOf(told.at)} to {timeOf(told.at + seconds * 1_000)}: {words(told.count)}
                  </div>
                );
              }}
            />
            <Bar dataKey="count" fill={colour} isAnimationActive={false} minPointSize={0} />
          </BarChart>
        </ResponsiveContainer>
      </div>
      <div className={classes.ends}>
        <span>{timeOf(stretches[0]?.at ?? 0)}</span>
        <span>now</span>
      </div>
    </figure>
  );
}

function timeOf(at: number): string {
  const { clock: time, zone } = momentWords(at, clock.now(), viewerZone);
  return `${time} ${zone}`;
}
