/** One kind of transfer, timed through both sides in turn. */
import { setTimeout as delay } from 'node:timers/promises';
import { median, table } from './figures.ts';
import type { Effort } from './main.ts';
import { cpuSeconds, forgetPeak, peakMebibytes } from './process-use.ts';
import type { Rig, Side } from './rig.ts';

/** What is done through a side in one round, with what comes before and after it untimed. */
export interface Transfer {
  readonly heading: string;
  /** Bytes that pass in one round. */
  readonly bytes: number;
  prepare(side: Side): Promise<void>;
  run(side: Side): Promise<void>;
  tidy(side: Side): Promise<void>;
}

/** What a side needed in one round. */
interface Round {
  readonly seconds: number;
  readonly cpuSecondsPerGigabyte: number;
  readonly peakMebibytes: number;
}

/** Milliseconds of rest before a round, so that what the last one left behind (closing programs, freed memory) is gone. */
const restMs = 300;

/**
 * Runs every round through one side and then the other, after one round each that does not count.
 *
 * @returns a table: medians, ratios, CPU seconds of the proxy per GB, memory idle and at its peak
 */
export async function measureTransfer(rig: Rig, effort: Effort, transfer: Transfer): Promise<string> {
  const idle = rig.sides.map(({ idleMebibytes }) => idleMebibytes);
  const rounds: Round[][] = rig.sides.map(() => []);
  for (let round = 0; round <= effort.rounds; round += 1) {
    for (const [index, side] of rig.sides.entries()) {
      const measured = await oneRound(side, transfer);
      if (round > 0) rounds[index]?.push(measured);
    }
  }
  const column = (value: (round: Round) => number) => rounds.map((each) => median(each.map(value)));
  const seconds = column((round) => round.seconds);
  const cpu = column((round) => round.cpuSecondsPerGigabyte);
  const peaks = rounds.map((each) => Math.max(...each.map((round) => round.peakMebibytes)));
  const row = (name: string, [nginx = Number.NaN, sluice = Number.NaN]: number[], digits: number) => [
    name,
    nginx.toFixed(digits),
    sluice.toFixed(digits),
    (sluice / nginx).toFixed(2),
  ];
  return table(
    `${transfer.heading}: median of ${effort.rounds}, in turn`,
    [
      ['', 'nginx', 'Sluice', 'Sluice/nginx'],
      row('wall time, s', seconds, 2),
      row('CPU of the proxy, s/GB', cpu, 2),
      row('memory idle, MiB', idle, 0),
      row('memory at its peak, MiB', peaks, 0),
    ],
    [`Sluice over idle: ${((peaks[1] ?? 0) - (idle[1] ?? 0)).toFixed(0)} MiB`, ...spread(rig, rounds)],
  );
}

async function oneRound(side: Side, transfer: Transfer): Promise<Round> {
  await transfer.prepare(side);
  await delay(restMs);
  forgetPeak(side.pid);
  const cpuBefore = cpuSeconds(side.pid);
  const startedAt = performance.now();
  await transfer.run(side);
  const seconds = (performance.now() - startedAt) / 1000;
  const cpu = cpuSeconds(side.pid) - cpuBefore;
  const measured = {
    seconds,
    cpuSecondsPerGigabyte: cpu / (transfer.bytes / 1e9),
    peakMebibytes: peakMebibytes(side.pid),
  };
  await transfer.tidy(side);
  return measured;
}

/** Every round's time, so that a reader sees how noisy the machine was. */
function spread(rig: Rig, rounds: readonly (readonly Round[])[]): string[] {
  return rig.sides.map(
    ({ name }, index) =>
      `${name} rounds, s: ${rounds[index]?.map(({ seconds }) => seconds.toFixed(2)).join(' ') ?? ''}`,
  );
}
