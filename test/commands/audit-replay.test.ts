import { spawn } from 'node:child_process';
import { once } from 'node:events';
import t from 'tap';
import { recordHistory } from '../replay/recorded-history.ts';
import { tamperedWith } from '../replay/tampering.ts';
import { sluiceProgram } from '../servers/clone.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';
import { sluice } from './client/operator.ts';

t.setTimeout(300_000);

const { directories } = await recordHistory(t, 120, 3);
const auditReplay = (...args: readonly string[]) => sluice({}, 'audit', 'replay', ...args);

void t.test(
  'a history that agrees is 0: a time line, grants with the operations inside them, and the count',
  async (t) => {
    const { code, out } = await auditReplay(...directories);
    t.equal(code, 0);
    t.match(
      out,
      /^ {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC {2}P-\w+ asks R-\w+: push hub\/app \(refs\/heads\/fix\/\*\*\)/m,
    );
    t.match(out, / UTC G-\w+ P-\w+ push hub\/app(, revoked)?\n {2}.* UTC to .* UTC O-\w+ push, \w+/);
    t.match(out, /decisions: \d+ agreed, 0 disagreed, 0 not decidable\ngrants: \d+ agreed, 0 disagreed/);
  },
);

void t.test('filters leave the history whole: what is asked for is decided from all of it', async (t) => {
  const all = JSON.parse((await auditReplay('--json', ...directories)).out);
  const some = JSON.parse((await auditReplay('--json', '--repository', 'hub/app', ...directories)).out);
  t.ok(some.decisions.agreed > 0 && some.decisions.agreed < all.decisions.agreed);
  t.match(some.decisions, { disagreed: 0, undecidable: 0 });
  t.ok(some.timeLine.every(({ text }: { text: string }) => !text.includes(' fetch hub/open')));
});

void t.test('one decision that disagrees is 1, and is named', async (t) => {
  const copies = await tamperedWith(t, directories, (entry) => [
    entry.type === 'operation.started' ? { ...entry, endsAt: Number(entry.endsAt) + 1 } : entry,
  ]);
  const { code, out } = await auditReplay(...copies);
  t.equal(code, 1);
  t.match(out, /^DISAGREED A-\w{16} \d+ operation\.started: its end is not that of its grants$/m);
});

void t.test('--at says who could reach what, and where refs stood', async (t) => {
  const { timeLine } = JSON.parse((await auditReplay('--json', ...directories)).out);
  const last = timeLine.findLast(({ text }: { text: string }) => text.includes('is settled')).at;
  const { code, out } = await auditReplay('--at', String(last), '--json', ...directories);
  t.equal(code, 0);
  const { grants, refs } = JSON.parse(out);
  t.ok(
    grants.some(
      ({ right, repository }: Record<string, string>) => right === 'push' && repository === 'hub/app',
    ),
  );
  t.match(refs[0], { repository: /^hub\//, ref: /^refs\/heads\//, id: 'a'.repeat(40) });
  t.match((await auditReplay('--at', '1', '--json', ...directories)).out, '"grants":[],"locks":[],"refs":[]');
});

void t.test('--play gives the steps of a period, one a line', async (t) => {
  const { out } = await auditReplay('--play', '--grant', 'G-NONE0000', ...directories);
  t.equal(out, '');
  t.match((await auditReplay('--play', ...directories)).out, /^ {2}.*UTC {2}.*starts\n/);
});

void t.test('on a terminal --play waits for Enter before each further step', async (t) => {
  const { timeLine } = JSON.parse((await auditReplay('--json', ...directories)).out);
  const issued = timeLine.find(({ text }: { text: string }) => text.includes(' begins: '));
  const [grantId = ''] = issued.text.split(' ');
  const wish = ['--grant', grantId];
  const steps = JSON.parse((await auditReplay('--json', ...wish, ...directories)).out).timeLine.length;
  t.ok(steps > 1);
  const command = [process.execPath, ...sluiceProgram, 'audit', 'replay', '--play', ...wish, ...directories];
  const terminal = spawn('script', ['-qec', command.map((word) => `'${word}'`).join(' '), '/dev/null'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const closed = once(terminal, 'close');
  let out = '';
  let early = false;
  const shown = (): number => out.match(/ UTC {2}/g)?.length ?? 0;
  terminal.stdout.setEncoding('utf8').on('data', (piece: string) => {
    out += piece;
  });
  for (let step = 1; step <= steps; step += 1) {
    while (shown() < step) await once(terminal.stdout, 'data');
    // Had it not waited, what follows would be there already.
    early ||= shown() !== step;
    terminal.stdin.write('\n');
  }
  const [code] = await closed;
  t.notOk(early, 'no step came before its Enter');
  t.equal(shown(), steps);
  t.equal(code, 0);
});

void t.test('nothing to read, and a time that is none, are 2', async (t) => {
  const { code, err } = await auditReplay(await temporaryDirectory(t));
  t.equal(code, 2);
  t.match(err, 'there is no segment');
  t.equal((await auditReplay('--from', 'yesterday', ...directories)).code, 2);
});
