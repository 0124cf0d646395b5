import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { rename, rm, symlink, writeFile } from 'node:fs/promises';
import t from 'tap';
import { loadConfig } from '../../config/load.ts';
import { watchConfig } from '../../config/watch.ts';
import { root } from '../servers/clone.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';

const minimal = readFileSync(`${root}/config/minimal.yaml`, 'utf8');

/** A watched file behind a symlink, what was heard of it, and the hands that move it. */
async function aWatch(t: Parameters<typeof temporaryDirectory>[0]) {
  const directory = await temporaryDirectory(t);
  const file = `${directory}/sluice.yaml`;
  for (const [name, span] of Object.entries({ a: '8h', b: '4h', faulty: 'long' })) {
    await writeFile(`${directory}/${name}.yaml`, minimal.replace('8h', span));
  }
  await symlink('a.yaml', file);
  const loaded = await loadConfig(file);
  if (loaded.kind === 'faulty') throw new Error('the minimal file is faulty');

  let tick: () => Promise<void> = async () => undefined;
  const heard: string[] = [];
  const signals = new EventEmitter();
  const watch = watchConfig(file, loaded, {
    ticks: (work) => {
      tick = work;
      return () => undefined;
    },
    signals,
    onLoad: (config) => heard.push(`loaded ${config.repositories[0]?.fetch?.maxDurationMs ?? 0}`),
    onFault: (faults) => heard.push(`faulty ${faults[0]?.field}`),
  });
  t.teardown(() => watch.close());
  const swap = async (name: string) => {
    await symlink(name, `${directory}/next`);
    await rename(`${directory}/next`, file);
  };
  const ticks = async (count: number) => {
    for (let at = 0; at < count; at++) await tick();
  };
  return { directory, file, heard, signals, watch, swap, ticks };
}

void t.test('an unchanged file is never loaded anew', async (t) => {
  const { ticks, heard } = await aWatch(t);
  await ticks(5);
  t.strictSame(heard, []);
});

void t.test('a swapped symlink is loaded, a faulty file told, and a mended one loaded again', async (t) => {
  const { ticks, swap, heard } = await aWatch(t);
  await ticks(3);
  for (const name of ['b.yaml', 'faulty.yaml', 'a.yaml']) {
    await swap(name);
    await ticks(3);
  }
  t.strictSame(heard, ['loaded 14400000', 'faulty repositories[0].fetch.maxDuration', 'loaded 28800000']);
});

void t.test('a file changed between its loading and the first look is noticed', async (t) => {
  const { ticks, swap, heard } = await aWatch(t);
  await swap('b.yaml');
  await ticks(3);
  t.strictSame(heard, ['loaded 14400000']);
});

void t.test('a file that is still being written is not loaded', async (t) => {
  const { ticks, directory, heard } = await aWatch(t);
  await ticks(3);
  // Cut here the text is a good file with one rule less limited than the whole one.
  const whole = `${minimal}limits: { idle: 20m }\nlog: { level: warn }\n`;
  for (let length = minimal.length; length < whole.length; length += 7) {
    await writeFile(`${directory}/a.yaml`, whole.slice(0, length));
    await ticks(1);
  }
  t.strictSame(heard, []);
  await writeFile(`${directory}/a.yaml`, whole);
  await ticks(2);
  t.strictSame(heard, ['loaded 28800000']);
});

void t.test('a file that is gone for a moment is a fault, and its return loads it', async (t) => {
  const { ticks, swap, file, heard } = await aWatch(t);
  await ticks(3);
  await rm(file);
  await ticks(3);
  await swap('a.yaml');
  await ticks(3);
  t.strictSame(heard, ['faulty ', 'loaded 28800000']);
});

void t.test('SIGHUP loads at once, changed or not; loads come in the order asked', async (t) => {
  const { signals, swap, watch, heard } = await aWatch(t);
  signals.emit('SIGHUP');
  await watch.reload();
  await swap('b.yaml');
  signals.emit('SIGHUP');
  await watch.reload();
  t.strictSame(heard, ['loaded 28800000', 'loaded 28800000', 'loaded 14400000', 'loaded 14400000']);
});

void t.test('nothing is heard after close, not even of a load under way', async (t) => {
  const { signals, swap, watch, heard, ticks } = await aWatch(t);
  await swap('b.yaml');
  const underWay = watch.reload();
  watch.close();
  await underWay;
  signals.emit('SIGHUP');
  await ticks(3);
  t.strictSame(heard, []);
  t.equal(signals.listenerCount('SIGHUP'), 0);
});
