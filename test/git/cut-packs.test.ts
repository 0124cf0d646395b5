import t from 'tap';
import { randomOfRun } from './feeding.ts';
import { aWorkshop, stateOf } from './pack-makers.ts';
import { cutOff, fed, packsOf, receive, trailerOf } from './sealing.ts';

t.setTimeout(230_000);

/**
 * Bytes of junk behind a pack that do not keep git from applying it. index-pack, which takes the larger ones, writes what
 * it read of them to a pipe that receive-pack has closed or not: there it may end by that.
 */
function junkThatPasses(name: string): readonly number[] {
  return name.startsWith('many') ? [0] : [0, 100];
}

for (const format of ['sha1', 'sha256'] as const) {
  void t.test(`${format}: of a sealed push that did not pass, git applies nothing`, async (t) => {
    const workshop = await aWorkshop(t, format);
    for (const [tip, short] of [
      ['base', 1],
      ['few', trailerOf[format]],
      ['many', 1],
    ] as const) {
      const push = workshop.push(tip, ['--thin', '--delta-base-offset']);
      const host = workshop.host();
      const before = stateOf(host);
      for (const [how, bytes] of cutOff(workshop, push.pack, short)) {
        const said = receive(host, workshop.request(push, bytes));
        if (/unpack ok|^ok/m.test(said)) t.fail(`${tip} ${how}: ${said}`);
      }
      t.strictSame(stateOf(host), before, tip);
    }
  });

  void t.test(`${format}: of a sealed push that breaks off anywhere, git applies nothing`, async (t) => {
    const random = randomOfRun(t);
    const workshop = await aWorkshop(t, format);
    for (const tip of ['few', 'many'] as const) {
      const push = workshop.push(tip, ['--thin', '--delta-base-offset']);
      const host = workshop.host();
      const before = stateOf(host);
      const { sent } = fed(workshop, 'seal', [push.pack]);
      for (let round = 0; round < 8; round += 1)
        receive(host, workshop.request(push, sent.subarray(0, random(sent.length + 1))));
      t.strictSame(stateOf(host), before, tip);
    }
  });

  void t.test(`${format}: a gate that holds nothing back would be caught by this`, async (t) => {
    const workshop = await aWorkshop(t, format);
    for (const [name, push] of packsOf(workshop))
      for (const junk of junkThatPasses(name)) {
        const host = workshop.host();
        const before = stateOf(host);
        receive(host, workshop.request(push, Buffer.concat([push.pack, Buffer.alloc(junk)])));
        t.notSame(stateOf(host), before, `${name} and ${junk} bytes`);
      }
  });
}
