import t from 'tap';
import { writeCommandList } from '../../gateway/git/command-list.ts';
import { CommandListReader } from '../../gateway/git/command-list-reader.ts';
import { gitClient } from '../servers/git.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';
import { randomCut, randomOfRun } from './feeding.ts';
import { aWorkshop, pushedRef, stateOf } from './pack-makers.ts';
import { readPack } from './packs.ts';
import { recordingHost } from './recording-host.ts';
import { fed, git, packsOf, passed, receive, trailerOf } from './sealing.ts';

t.setTimeout(230_000);

for (const format of ['sha1', 'sha256'] as const) {
  void t.test(`${format}: git takes every form of pack sealed, once its trailer is there`, async (t) => {
    const random = randomOfRun(t);
    const workshop = await aWorkshop(t, format);
    for (const [name, push, deltas] of packsOf(workshop)) {
      const objects = readPack(format, push.pack).map(({ type }) => type);
      for (const delta of deltas) t.ok(objects.includes(delta as 'ofs-delta'), `${name} has a ${delta}`);
      t.equal(objects.length >= 100, name.startsWith('many'), `${name}: ${objects.length} objects`);

      const pack = passed(workshop, 'seal', randomCut(push.pack, random));
      for (const program of [
        ['index-pack', '--stdin', '--fix-thin', '--strict'],
        ['unpack-objects', '-q', '--strict'],
      ]) {
        const host = workshop.host();
        const { status, said } = git(['-C', host, ...program], pack);
        t.equal(status, 0, `${name}, ${program[0]}: ${said}`);
        t.equal(git(['-C', host, 'cat-file', '-e', push.newId]).status, 0, `${name}: its objects are there`);
      }
      const host = workshop.host();
      t.match(receive(host, workshop.request(push, pack)), `unpack ok\n`, name);
      t.equal(git(['-C', host, 'rev-parse', pushedRef]).said.trim(), push.newId);
      t.equal(git(['-C', host, 'fsck', '--strict', '--no-dangling', '--no-progress']).said, '');
    }
  });

  void t.test(
    `${format}: a push that is only held back is applied with junk of a trailer's length`,
    async (t) => {
      const workshop = await aWorkshop(t, format);
      const push = workshop.push('few', ['--thin', '--delta-base-offset']);
      for (const [junk, isApplied] of [
        [0, false],
        [trailerOf[format] - 1, false],
        [trailerOf[format], true],
        [100, true],
      ] as const) {
        const host = workshop.host();
        const before = stateOf(host);
        const { sent, gate } = fed(workshop, 'hold', [Buffer.concat([push.pack, Buffer.alloc(junk)])]);
        receive(host, workshop.request(push, sent));
        t.equal(gate.isWhole, junk === 0);
        if (isApplied) t.notSame(stateOf(host), before, `${junk} bytes`);
        else t.strictSame(stateOf(host), before, `${junk} bytes`);
      }
    },
  );

  void t.test(`${format}: what a real git push sends arrives sealed`, async (t) => {
    const workshop = await aWorkshop(t, format);
    const hosts = await temporaryDirectory(t);
    const bare = workshop.host(`${hosts}/app.git`);
    let sealed = 0;
    const host = await recordingHost(t, hosts, {
      pushRequest(bytes) {
        const reader = new CommandListReader();
        const pack = reader.feed(bytes);
        if (pack === undefined || reader.isProbe) return bytes;
        sealed += 1;
        return Buffer.concat([writeCommandList(reader.list()), passed(workshop, 'seal', [pack])]);
      },
    });
    const client = await gitClient(t);
    for (const tip of ['base', 'few', 'many', 'large'])
      await client.must([
        '-C',
        workshop.directory,
        'push',
        '-q',
        `${host.url}/app.git`,
        `${tip}:refs/heads/new-${tip}`,
      ]);
    t.equal(sealed, 4);
    for (const tip of ['base', 'few', 'many', 'large'])
      t.equal(
        git(['-C', bare, 'rev-parse', `new-${tip}`]).said,
        await client.must(['-C', workshop.directory, 'rev-parse', tip]),
      );
    t.equal(git(['-C', bare, 'fsck', '--strict', '--no-dangling', '--no-progress']).said, '');
  });
}
