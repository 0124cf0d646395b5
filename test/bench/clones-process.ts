/** A thousand slow clients in a process of their own: `https PORT CA-FILE SECRET COUNT READ-EVERY-MS`, or `ssh PORT KEY-FILE '' COUNT READ-EVERY-MS`. */
import { readFileSync } from 'node:fs';
import { type RawClone, startRawClone } from '../servers/raw-clone.ts';
import { startRawSshClone } from '../servers/raw-ssh-clone.ts';
import type { SlowEnds } from './slow-clients.ts';

/** Handshakes at once; more would only wait for each other. */
const wave = 25;

const [door, port, file = '', secret = '', count, readEveryMs] = process.argv.slice(2);
const text = readFileSync(file, 'utf8');
const start = (repository: string): RawClone => {
  const shared = { port: Number(port), repository, readEveryMs: Number(readEveryMs) };
  return door === 'ssh'
    ? startRawSshClone({ ...shared, privateKey: text })
    : startRawClone({ ...shared, ca: text, secret });
};
const clones: RawClone[] = [];
while (clones.length < Number(count)) {
  const next = Array.from({ length: Math.min(wave, Number(count) - clones.length) }, (_, at) =>
    // One repository each: clones of one from one address would be one operation.
    start(`bench/slow-${clones.length + at}`),
  );
  clones.push(...next);
  await Promise.all(next.map(({ moving }) => moving));
}
process.stdout.write('{"moving":true}\n');
const ends = await Promise.all(clones.map(({ ended }) => ended));
const answer: SlowEnds = { ends: ends.map(({ endedAt, told }) => ({ endedAt, told })) };
process.stdout.write(`${JSON.stringify(answer)}\n`);
