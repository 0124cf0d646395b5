/** The time line of a grant, a person or a repository: what lasted as spans, what happened as marks. */
import { useMemo } from 'react';
import { Moment } from '../clock/Moment.tsx';
import { clock, viewerZone } from '../clock/page-clock.ts';
import { Panel } from '../shell/Panel.tsx';
import { Section } from '../shell/Section.tsx';
import { durationWords } from '../text/duration-words.ts';
import { Escaped } from '../text/Escaped.tsx';
import { momentWords } from '../text/moment-words.ts';
import { visibleString } from '../text/visible-text.ts';
import type { Entry } from './entry-words.ts';
import classes from './TimeLineChart.module.css';
import { type Span, timeLine } from './time-line.ts';

const spansShown = 40;
/** Of grants that are shorter the seconds are told. */
const shortMs = 600_000;

/** @param of whose line it is, in words
 * @param nameOf the name of whoever an id is */
export function TimeLineChart({
  entries,
  of,
  nameOf,
}: {
  entries: readonly Entry[];
  of: string;
  nameOf: (id: string) => string;
}) {
  const line = useMemo(() => timeLine(entries, clock.now()), [entries]);
  if (line === undefined) return null;
  const place = (at: number) => `${((at - line.from) / (line.to - line.from)) * 100}%`;
  return (
    <Section title={`Time line of ${visibleString(of)}`}>
      <Panel>
        <ul className={classes.spans}>
          {line.spans.slice(0, spansShown).map((span) => (
            <li key={span.id} className={classes.span}>
              <SpanWords span={span} nameOf={nameOf} />
              <span className={classes.track} aria-hidden="true">
                <span
                  className={classes.fill}
                  data-kind={span.kind}
                  style={{
                    left: place(span.from),
                    width: `max(3px, calc(${place(span.to)} - ${place(span.from)}))`,
                  }}
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
                  title={`${momentWords(at, clock.now(), viewerZone, true).utc}: ${visibleString(what).slice(0, 200)}`}
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

function SpanWords({ span, nameOf }: { span: Span; nameOf: (id: string) => string }) {
  const { kind, id, what, principalId, from, to, plannedEnd, isOpen, end } = span;
  return (
    <span className={classes.label}>
      {kind === 'grant' ? 'Grant ' : 'Operation '}
      <Escaped>{id}</Escaped>: {principalId !== undefined && `${nameOf(principalId)}, `}
      <Escaped>{what}</Escaped> · {durationWords(Math.max(1, to - from))}
      {isOpen ? ' so far' : end !== undefined && `, ${visibleString(end).slice(0, 80)}`}
      {isOpen && plannedEnd !== undefined && (
        <>
          , until <Moment at={plannedEnd} withSeconds={plannedEnd - from < shortMs} />
        </>
      )}
    </span>
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
