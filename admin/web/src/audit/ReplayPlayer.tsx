/** Plays what happened in a period, step by step: each decision as it was recorded, and as it is decided again. */
import { Button, Group, NativeSelect } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { Person, Replayed } from '../api/shapes.ts';
import { Moment } from '../clock/Moment.tsx';
import { Tag } from '../shell/Tag.tsx';
import { Escaped } from '../text/Escaped.tsx';
import classes from './ReplayPlayer.module.css';
import { decidedAgain, pausesMs, withNames } from './replay-words.ts';

/** Steps that stand below the one that is looked at. */
const before = 8;

/**
 * @param replayed with at least one step
 * @param people whose ids stand in it
 */
export function ReplayPlayer({ replayed, people }: { replayed: Replayed; people: readonly Person[] }) {
  const { timeLine, findings } = replayed;
  const [at, setAt] = useState(0);
  const [isPlaying, setPlaying] = useState(false);
  const [speed, setSpeed] = useState<keyof typeof pausesMs>('4 a second');
  const last = timeLine.length - 1;
  const isAtEnd = at >= last;

  useEffect(() => {
    if (!isPlaying || isAtEnd) return;
    const timer = setTimeout(() => setAt(at + 1), pausesMs[speed]);
    return () => clearTimeout(timer);
  }, [isPlaying, isAtEnd, at, speed]);

  const step = timeLine[at];
  if (step === undefined) return null;
  const again = decidedAgain(step, findings);
  const go = (to: number) => {
    setPlaying(false);
    setAt(Math.min(Math.max(to, 0), last));
  };
  return (
    <div className={classes.player}>
      <Group gap={8}>
        <Button
          onClick={() => {
            if (isAtEnd) setAt(0);
            setPlaying(isAtEnd || !isPlaying);
          }}
        >
          {isPlaying && !isAtEnd ? 'Pause' : 'Play'}
        </Button>
        <Button variant="default" onClick={() => go(at - 1)} disabled={at === 0}>
          Step back
        </Button>
        <Button variant="default" onClick={() => go(at + 1)} disabled={isAtEnd}>
          Step
        </Button>
        <NativeSelect
          aria-label="Speed"
          data={Object.keys(pausesMs)}
          value={speed}
          onChange={(event) => setSpeed(event.currentTarget.value as keyof typeof pausesMs)}
        />
      </Group>
      <input
        type="range"
        aria-label="Step"
        aria-valuetext={`step ${at + 1} of ${timeLine.length}`}
        className={classes.slider}
        min={0}
        max={last}
        value={at}
        onChange={(event) => go(Number(event.currentTarget.value))}
      />
      <p className={classes.place}>
        Step {at + 1} of {timeLine.length} · <Moment at={step.at} withSeconds /> · entry {step.seq}
      </p>
      <dl className={classes.decided} aria-live={isPlaying ? 'off' : 'polite'}>
        <dt>As recorded</dt>
        <dd>
          <Escaped>{withNames(step.text, people)}</Escaped>
        </dd>
        <dt>Decided again</dt>
        <dd>
          <Tag tone={again.tone}>{again.verdict}</Tag>{' '}
          {again.why !== undefined && <Escaped>{withNames(again.why, people)}</Escaped>}
        </dd>
      </dl>
      {at > 0 && (
        <ol className={classes.before} aria-label="Before it" reversed start={at}>
          {timeLine
            .slice(Math.max(0, at - before), at)
            .toReversed()
            .map((past) => (
              <li key={`${past.chain} ${past.seq}`}>
                <Moment at={past.at} withSeconds /> <Escaped>{withNames(past.text, people)}</Escaped>
              </li>
            ))}
        </ol>
      )}
    </div>
  );
}
