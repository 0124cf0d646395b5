import { execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import t from 'tap';
import { AdvertisementRewriter } from '../../gateway/git/advertisement.ts';
import { writeCommandList } from '../../gateway/git/command-list.ts';
import { CommandListReader } from '../../gateway/git/command-list-reader.ts';
import { FetchRequestReader } from '../../gateway/git/fetch-request.ts';
import { flushPkt, pktLine } from '../../gateway/git/pkt-line.ts';
import { ReportReader } from '../../gateway/git/report-status.ts';
import type { ProtocolVersion, Service } from '../../gateway/git/service.ts';
import { SideBandWalker } from '../../gateway/git/side-band.ts';
import { type GitClient, gitClient } from '../servers/git.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';
import { pkts, type Random, randomCut, randomOfRun, section } from './feeding.ts';
import { type Exchange, recordingHost, runService } from './recording-host.ts';

const formats = ['sha1', 'sha256'] as const;

/** A bare repository with a history of some rounds, tags and two branches, and the work tree it came from. */
async function aHistory(git: GitClient, bare: string, format: (typeof formats)[number]): Promise<string> {
  const work = `${git.directory}/${format}`;
  await git.must(['init', '-q', '-b', 'main', `--object-format=${format}`, work]);
  const lines = Array.from({ length: 60 }, (_, i) =>
    [
      `commit refs/heads/${i % 7 === 6 ? 'side' : 'main'}`,
      `committer A <a@x> ${1_700_000_000 + i * 86_400} +0000`,
      `data 2\nc\n`,
      `M 100644 inline f${i}\ndata ${i + 1}\n${'x'.repeat(i)}\n`,
      ...(i % 10 === 0 ? [`reset refs/tags/t${i}\nfrom refs/heads/main\n`] : []),
    ].join('\n'),
  );
  execFileSync('git', ['-C', work, 'fast-import', '--quiet'], { input: `${lines.join('\n')}\n` });
  await git.must(['clone', '-q', '--bare', work, bare]);
  for (const [key, value] of [
    ['uploadpack.allowFilter', 'true'],
    ['uploadpack.allowAnySHA1InWant', 'true'],
    ['receive.advertisePushOptions', 'true'],
    ['receive.certNonceSeed', 'seed'],
    ['http.receivepack', 'true'],
  ] as const)
    await git.must(['-C', bare, 'config', key, value]);
  return work;
}

/** Reads a recorded fetch as the gateway does, and says how its answer went. */
function readFetch({ version, request, answer }: Exchange, random: Random): string {
  const reader = new FetchRequestReader(version);
  for (const piece of randomCut(request, random)) reader.feed(piece);
  reader.end();
  return `v${version} ${reader.request().command}: ${walked(new SideBandWalker(reader.answerShape()), answer, random)}`;
}

/** The states an answer goes through. Throws when its bytes do not come out, when it is not whole, or when half of it is. */
function walked(walker: SideBandWalker, answer: Buffer, random: Random): string {
  const states: string[] = [walker.state];
  const out: Buffer[] = [];
  for (const piece of randomCut(answer, (below) => random(Math.min(below, 50)))) {
    if (walker.carriedPack && walker.state !== 'raw' && walker.mayEnd) throw new Error('whole too early');
    out.push(...walker.feed(piece));
    if (walker.state !== states.at(-1)) states.push(walker.state);
  }
  if (!Buffer.concat(out).equals(answer)) throw new Error('other bytes came out');
  if (!walker.mayEnd) throw new Error(`not whole: ${states.join(' ')}`);
  if (walker.carriedPack !== answer.includes('PACK\0\0\0\x02'))
    throw new Error('a pack was missed or made up');
  return states.join(' ');
}

function rewritten(bytes: Buffer, service: Service): Buffer {
  const rewriter = new AdvertisementRewriter(service, false);
  const out = Buffer.concat([...rewriter.feed(bytes)]);
  if (!rewriter.mayEnd) throw new Error('an advertisement is not whole');
  return out;
}

for (const format of formats)
  for (const version of format === 'sha1' ? ([0, 1, 2] as const) : ([0, 2] as const))
    void t.test(`every way git ${format} fetches with v${version} is read and walked`, async (t) => {
      const random = randomOfRun(t);
      const directory = await temporaryDirectory(t);
      const git = await gitClient(t);
      const work = await aHistory(git, `${directory}/app.git`, format);
      const host = await recordingHost(t, directory, { advertisement: rewritten });
      const url = `${host.url}/app.git`;
      const run = (...args: string[]) => git.must(['-c', `protocol.version=${version}`, ...args]);

      await run('clone', '-q', url, 'whole');
      await run('clone', '-q', '--depth=1', url, 'shallow');
      await run('-C', 'shallow', 'fetch', '-q', '--deepen=3');
      await run('-C', 'shallow', 'fetch', '-q', '--unshallow');
      await run('clone', '-q', '--filter=blob:none', '--no-checkout', url, 'partial');
      await run('-C', 'partial', 'checkout', '-q', 'main');
      await run('ls-remote', url);
      // Two histories that grew apart: rounds of haves.
      const mine = Array.from(
        { length: 40 },
        (_, i) =>
          `commit refs/heads/main\ncommitter A <a@x> ${1_800_000_000 + i} +0000\ndata 2\nm\n${i === 0 ? 'from refs/heads/main^0\n' : ''}`,
      );
      execFileSync('git', ['-C', `${git.directory}/whole`, 'fast-import', '--quiet'], {
        input: mine.join('\n'),
      });
      await git.must(['-C', work, 'commit', '-q', '--allow-empty', '-m', 'theirs']);
      await git.must(['-C', work, 'push', '-q', `${directory}/app.git`, 'main']);
      await run('-C', 'whole', 'fetch', '-q');
      await run('-C', 'whole', 'fsck');

      const fetches = host.take().filter(({ kind }) => kind === 'exchange');
      const ways = new Set(fetches.map((exchange) => readFetch(exchange, random)));
      t.strictSame(
        [...ways].sort(),
        version === 2
          ? ['v2 fetch: text end', 'v2 fetch: text pack end', 'v2 ls-refs: text end']
          : [`v${version} fetch: text`, `v${version} fetch: text pack end`],
      );
    });

for (const format of formats)
  void t.test(`what git ${format} pushes is read, and written anew does the same`, async (t) => {
    const random = randomOfRun(t);
    const directory = await temporaryDirectory(t);
    const git = await gitClient(t);
    const bare = `${directory}/app.git`;
    const work = await aHistory(git, bare, format);
    const host = await recordingHost(t, directory, {
      advertisement: rewritten,
      pushRequest: (bytes) => Buffer.concat(parted(bytes, random)),
    });
    const url = `${host.url}/app.git`;
    const key = `${git.directory}/key`;
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    writeFileSync(
      `${git.directory}/signers`,
      `dana@example.com ${execFileSync('cat', [`${key}.pub`]).toString()}`,
    );
    await git.must(['-C', bare, 'config', 'gpg.format', 'ssh']);
    await git.must(['-C', bare, 'config', 'gpg.ssh.allowedSignersFile', `${git.directory}/signers`]);
    const hook = `${bare}/hooks/pre-receive`;
    writeFileSync(
      hook,
      '#!/bin/sh\necho "certificate $GIT_PUSH_CERT_STATUS $GIT_PUSH_CERT_NONCE_STATUS options $GIT_PUSH_OPTION_COUNT <$GIT_PUSH_OPTION_0> <$GIT_PUSH_OPTION_1>"\n',
    );
    chmodSync(hook, 0o755);
    const push = async (...args: readonly string[]): Promise<string> => {
      const signing = ['-c', 'gpg.format=ssh', '-c', `user.signingKey=${key}`];
      const { code, stderr } = await git.run([
        '-C',
        work,
        ...signing,
        'push',
        ...args.slice(0, -1),
        url,
        ...(args.at(-1) ?? '').split(' '),
      ]);
      if (code !== 0) throw new Error(stderr);
      return stderr;
    };

    await push('main:refs/heads/new');
    await git.must(['-C', work, 'commit', '-q', '--allow-empty', '-m', 'more']);
    t.match(
      await push(
        '--atomic',
        '-o',
        '',
        '-o',
        'x=$(id)',
        'main:refs/heads/new main:refs/heads/caf\u00e9 :refs/tags/t0',
      ),
      'options 2 <> <x=$(id)>',
    );
    await push(Array.from({ length: 300 }, (_, i) => `main:refs/tags/many${i}`).join(' '));
    await push(':refs/heads/new');
    await git.must(['-C', work, 'commit', '-q', '--allow-empty', '-m', 'signed']);
    t.match(
      await push('--signed', 'main:refs/heads/signed side:refs/notes/x'),
      /certificate G (OK|SLOP) options 0 <>/,
    );
    t.match(
      await push('--signed', '-o', 'a b', 'main:refs/heads/signed2'),
      /certificate G (OK|SLOP) options 1 <a b>/,
    );

    const pushes = host.take().filter(({ kind }) => kind === 'exchange');
    const told = pushes.map(({ request, answer }) => {
      const list = listOf(request, random);
      const refs = new Set(list.updates.map(({ ref }) => Buffer.from(ref).toString('latin1')));
      const reader = new ReportReader(true, refs);
      for (const piece of randomCut(answer, random)) reader.feed(piece);
      t.equal(reader.unpack, 'ok');
      t.ok([...refs].every((ref) => reader.verdictOf(ref)?.kind === 'applied'));
      t.equal(list.objectFormat, format);
      const kinds = list.updates.map(({ kind }) => kind);
      return `${list.certificate === undefined ? '' : 'signed '}${kinds.length > 9 ? `${kinds.length} ${kinds[0]}` : kinds.join(' ')}`;
    });
    t.strictSame(told, [
      'create',
      'update delete create',
      '300 create',
      'delete',
      'signed create create',
      'signed create',
    ]);
    const there = await git.must(['-C', bare, 'for-each-ref', '--format=%(refname)']);
    t.match(there, 'refs/heads/café\n');
    t.match(there, 'refs/notes/x\n');
    t.notMatch(there, /refs\/heads\/new|refs\/tags\/t0\n/);
    await git.must(['-C', bare, 'fsck']);
  });

function listOf(request: Buffer, random: Random) {
  const reader = new CommandListReader();
  for (const piece of randomCut(request, random)) if (!reader.isDone) reader.feed(piece);
  return reader.list();
}

/** A push's head written anew, and what stands behind it. */
function parted(bytes: Buffer, random: Random): readonly Buffer[] {
  const reader = new CommandListReader();
  const behind: Buffer[] = [];
  for (const piece of randomCut(bytes, random)) {
    if (reader.isDone) behind.push(piece);
    else behind.push(reader.feed(piece) ?? Buffer.alloc(0));
  }
  return [writeCommandList(reader.list()), ...behind];
}

void t.test('advertisements of real repositories, empty ones too, keep what clients need', async (t) => {
  const random = randomOfRun(t);
  const directory = await temporaryDirectory(t);
  const git = await gitClient(t);
  for (const format of formats) {
    await aHistory(git, `${directory}/full-${format}.git`, format);
    await git.must(['init', '-q', '--bare', `--object-format=${format}`, `${directory}/empty-${format}.git`]);
    for (const repository of [`full-${format}.git`, `empty-${format}.git`])
      for (const service of ['git-upload-pack', 'git-receive-pack'] as const)
        for (const version of service === 'git-upload-pack' ? ([0, 1, 2] as const) : ([0, 1] as const)) {
          const what = `${repository} ${service} v${version}`;
          const args = ['--http-backend-info-refs', `${directory}/${repository}`];
          const bytes = await runService(service, args, version as ProtocolVersion, Buffer.alloc(0));
          const rewriter = new AdvertisementRewriter(service, false);
          const out = Buffer.concat(
            randomCut(bytes, random).flatMap((piece) => [...rewriter.feed(piece)]),
          ).toString('latin1');
          t.ok(rewriter.mayEnd, what);
          const refs = /[0-9a-f]{40,64} refs\/\S+\n/g;
          t.strictSame(out.match(refs), bytes.toString('latin1').match(refs), what);
          if (!out.includes('\0') && version !== 2) continue;
          t.match(
            out,
            version === 2
              ? 'fetch=shallow'
              : service === 'git-upload-pack'
                ? 'multi_ack_detailed'
                : 'report-status',
            what,
          );
          t.match(out, `object-format=${format}`, what);
        }
  }
});

void t.test('the dialects of v0 that no git of today speaks are walked too', async (t) => {
  const random = randomOfRun(t);
  const directory = await temporaryDirectory(t);
  const git = await gitClient(t);
  const bare = `${directory}/app.git`;
  await aHistory(git, bare, 'sha1');
  const oid = async (name: string): Promise<string> =>
    (await git.must(['-C', bare, 'rev-parse', name])).trim();
  const [main, had, unknown] = [await oid('main'), await oid('main~20'), 'f'.repeat(40)];
  const ask = async (
    chosen: string,
    haves: readonly string[],
    end: Buffer,
    deepen: readonly string[] = [],
  ) => {
    const request = Buffer.concat([
      section(`want ${main}${chosen === '' ? '' : ` ${chosen}`}\n`, ...deepen),
      pkts(...haves.map((id) => `have ${id}\n`)),
      end,
    ]);
    const answer = await runService('git-upload-pack', ['--stateless-rpc', bare], 0, request);
    return readFetch({ kind: 'exchange', service: 'git-upload-pack', version: 0, request, answer }, random);
  };
  const done = pktLine('done\n');

  for (const [what, asked, states] of [
    ['nothing chosen', ask('', [], done), 'text raw'],
    ['nothing chosen, with haves', ask('', [unknown, had], done), 'text raw'],
    ['nothing chosen, a round', ask('', [had], flushPkt), 'text'],
    ['nothing chosen, a round of nothing known', ask('', [unknown], flushPkt), 'text'],
    ['the older side-band', ask('side-band', [], done), 'text pack end'],
    ['side-band without multi_ack', ask('side-band-64k', [had], done), 'text pack end'],
    ['a round of side-band without multi_ack', ask('side-band-64k', [had], flushPkt), 'text'],
    ['multi_ack', ask('multi_ack side-band-64k', [had], done), 'text pack end'],
    ['a round of multi_ack', ask('multi_ack side-band-64k', [had, unknown], flushPkt), 'text'],
    ['multi_ack without side-band', ask('multi_ack', [had], done), 'text raw'],
    ['multi_ack_detailed', ask('multi_ack_detailed side-band-64k', [had, unknown], done), 'text pack end'],
    ['no-done', ask('multi_ack_detailed no-done side-band-64k', [main], flushPkt), 'text pack end'],
    ['no-done, not ready', ask('multi_ack_detailed no-done side-band-64k', [unknown], flushPkt), 'text'],
    ['no-done without side-band', ask('multi_ack_detailed no-done', [main], flushPkt), 'text raw'],
    ['a shallow clone', ask('side-band-64k shallow', [], done, ['deepen 2\n']), 'text pack end'],
    ['a shallow clone without side-band', ask('', [], done, ['deepen 2\n']), 'text raw'],
    ['a shallow round', ask('side-band-64k', [], Buffer.alloc(0), ['deepen 2\n']), 'text'],
    ['wants that are not there', askFor(unknown), 'text end'],
  ] as const)
    t.equal(await asked, `v0 fetch: ${states}`, what);

  async function askFor(id: string): Promise<string> {
    const request = Buffer.concat([section(`want ${id}\n`), done]);
    const answer = await runService('git-upload-pack', ['--stateless-rpc', bare], 0, request);
    return readFetch({ kind: 'exchange', service: 'git-upload-pack', version: 0, request, answer }, random);
  }
});
