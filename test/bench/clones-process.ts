/** A thousand slow clients in a process of their own: `PORT CA-FILE SECRET COUNT READ-EVERY-MS`. */
import { readFileSync } from 'node:fs';
import { startRawClone } from '../servers/raw-clone.ts';
import type { SlowEnds } from './slow-clients.ts';

/** Handshakes at once; more would only wait for each other. */
const wave = 25;

const [port, caFile = '', secret = '', count, readEveryMs] = process.argv.slice(2);
const ca = readFileSync(caFile, 'utf8');
const clones: ReturnType<typeof startRawClone>[] = [];
while (clones.length < Number(count)) {
  const next = Array.from({ length: Math.min(wave, Number(count) - clones.length) }, (_, at) =>
    startRawClone({
      port: Number(port),
      ca,
      secret,
      // One repository each: clones of one from one address would be one operation.
      repository: `bench/slow-${clones.length + at}`,
      readEveryMs: Number(readEveryMs),
    }),
  );
  clones.push(...next);
  await Promise.all(next.map(({ moving }) => moving));
}
process.stdout.write('{"moving":true}\n');
const ends = await Promise.all(clones.map(({ ended }) => ended));
const answer: SlowEnds = { ends: ends.map(({ endedAt, told }) => ({ endedAt, told })) };
process.stdout.write(`${JSON.stringify(answer)}\n`);
