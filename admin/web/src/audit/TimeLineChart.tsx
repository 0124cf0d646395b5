/** The time line of a grant, a person or a repository: what lasted as spans, what happened as marks. */
import { useMemo } from 'react';
import { Moment } from '../clock/Moment.tsx';
import { clock } from '../clock/page-clock.ts';
import { Panel } from '../shell/Panel.tsx';
import { Section } from '../shell/Section.tsx';
import { durationWords } from '../text/duration-words.ts';
import { Escaped } from '../text/Escaped.tsx';
import { visibleString } from '../text/visible-text.ts';
import type { Entry } from './entry-words.ts';
import classes from './TimeLineChart.module.css';
import { timeLine } from './time-line.ts';

const spansShown = 40;

/** @param of whose line it is, in words */
export function TimeLineChart({ entries, of }: { entries: readonly Entry[]; of: string }) {
  const line = useMemo(() => timeLine(entries, clock.now()), [entries]);
  if (line === undefined) return null;
  const place = (at: number) => `${((at - line.from) / (line.to - line.from)) * 100}%`;
  return (
    <Section title={`Time line of ${visibleString(of)}`}>
      <Panel>
        <ul className={classes.spans}>
          {line.spans.slice(0, spansShown).map(({ id, kind, what, from, to, isOpen, end }) => (
            <li key={id} className={classes.span}>
              <span className={classes.label}>
                <Escaped>{what}</Escaped> · {durationWords(Math.max(1, to - from))}
                {isOpen
                  ? ', as far as is known'
                  : end !== undefined && `, ${visibleString(end).slice(0, 80)}`}
              </span>
              <span className={classes.track} aria-hidden="true">
                <span
                  className={classes.fill}
                  data-kind={kind}
                  style={{ left: place(from), width: `max(3px, calc(${place(to)} - ${place(from)}))` }}
                />
              </span>
            </li>
          ))}
        </ul>
        {line.spans.length > spansShown && <p>{line.spans.length - spansShown} more are not drawn.</p>}
        {line.marks.length > 0 && (
          <div className={classes.span}>
            <span className={classes.label}>
              {line.marks.length} {line.marks.length === 1 ? 'other entry' : 'other entries'}
            </span>
            <span className={classes.track} aria-hidden="true">
              {apart(line.marks, line.to - line.from).map(({ at, what, isBad }) => (
                <span
                  key={at}
                  className={classes.mark}
                  data-bad={isBad}
                  style={{ left: place(at) }}
                  title={visibleString(what).slice(0, 200)}
                />
              ))}
            </span>
          </div>
        )}
        <p className={classes.ends}>
          <Moment at={line.from} withSeconds />
          <Moment at={line.to} withSeconds />
        </p>
      </Panel>
    </Section>
  );
}

/** A mark is three pixels wide: of those that would lie on each other one is drawn, a bad one first. */
function apart<M extends { readonly at: number; readonly isBad: boolean }>(
  marks: readonly M[],
  span: number,
): readonly M[] {
  const places = new Map<number, M>();
  for (const mark of marks) {
    const place = Math.round((mark.at / Math.max(span, 1)) * 400);
    const held = places.get(place);
    if (held === undefined || (mark.isBad && !held.isBad)) places.set(place, mark);
  }
  return [...places.values()];
}
