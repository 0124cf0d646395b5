/** Git on an SSH channel: from an `exec` to a call, through the conductor, to the part that serves it over the host's SSH or smart HTTP. */
import { randomBytes } from 'node:crypto';
import { notBegun } from '../begun-text.ts';
import type { Call, Conductor } from '../conductor.ts';
import type { CarryNeeds } from '../exchange.ts';
import { errorPkt } from '../git/refusal.ts';
import { canonicalRepository } from '../git/repository-name.ts';
import { protocolVersion } from '../git/service.ts';
import type { Progress } from '../operations.ts';
import type { Passage } from '../passage.ts';
import { askedBy } from '../relay/ssh/asking.ts';
import type { Upstream } from '../relay/upstream.ts';
import { ChannelAnswer } from './channel-answer.ts';
import { exchangesOn } from './exchanges.ts';
import type { GitExec } from './exec-channel.ts';
import { serveArchive, serveFetch } from './fetch.ts';
import type { Hold } from './hold.ts';
import { hostWordsTo } from './host-words.ts';
import { servePush } from './push.ts';

export interface ServeNeeds extends CarryNeeds {
  readonly conductor: Conductor;
  readonly hold: Hold;
  upstream(name: string): Upstream | undefined;
}

/**
 * Serves one `exec` of a git service to its end, the channel's included. Never rejects for what a client or a host does; a
 * fault of ours ends the channel too.
 */
export async function serveChannel(needs: ServeNeeds, exec: GitExec): Promise<void> {
  const { channel } = exec;
  channel.on('error', () => undefined);
  let code = 1;
  try {
    code = await serve(needs, exec);
  } finally {
    // Everything was handed over before: the status goes behind it, then the end, and nothing else.
    channel.exit(code);
    channel.end();
  }
}

async function serve(needs: ServeNeeds, exec: GitExec): Promise<number> {
  const { repository, service } = exec;
  const upstream = needs.upstream(repository.upstream);
  const canonical = upstream && canonicalRepository(repository, upstream.foldsCase);
  const call: Call = {
    origin: exec.origin,
    evidence: exec.evidence,
    repository: canonical?.name,
    asWritten: `${repository.upstream}/${repository.path}`,
    right: service === 'git-receive-pack' ? 'push' : 'fetch',
    protocol: protocolVersion(exec.gitProtocol),
    connection: { id: randomBytes(9).toString('base64url'), closed: exec.closed },
    requestId: randomBytes(9).toString('base64url'),
    what: service === 'git-upload-archive' ? 'archive' : service === 'git-receive-pack' ? 'push' : 'fetch',
  };
  // An archive has no request of smart HTTP that hosts are sure to answer.
  const isServed = service !== 'git-upload-archive' || upstream?.ssh !== undefined;
  let begun = await (isServed ? needs.conductor.begin(call) : needs.conductor.turnAway(call));
  if (begun.kind === 'turned' && isServed) {
    const held = await needs.hold(exec, call, begun);
    if (held?.kind === 'over') {
      await say(exec, errorPkt(held.lines));
      return 1;
    }
    if (held !== undefined) begun = await needs.conductor.begin({ ...call, waitedFor: held.requestId });
  }
  if (begun.kind !== 'running') {
    const isArchive = begun.kind === 'turned' && !isServed && begun.refused.reason === 'service-not-served';
    const lines =
      begun.kind === 'unknown'
        ? exec.unknownLines
        : isArchive
          ? noArchive
          : (await notBegun(needs.texts, call, begun)).lines;
    await say(exec, errorPkt(lines));
    return 1;
  }
  if (upstream === undefined || canonical === undefined)
    throw new Error('a call without an upstream was admitted');
  return await run(needs, exec, call, { upstream, path: canonical.path }, begun);
}

const noArchive = [
  'sluice: no archives from here: the git host is reached over HTTPS alone, where they cannot be asked for',
  'clone with --depth=1, and run git archive there',
];

const works = {
  'git-upload-pack': serveFetch,
  'git-receive-pack': servePush,
  'git-upload-archive': serveArchive,
} as const;

async function run(
  needs: ServeNeeds,
  exec: GitExec,
  call: Call,
  { upstream, path }: { readonly upstream: Upstream; readonly path: string },
  passage: Passage,
): Promise<number> {
  const { service, gitProtocol } = exec;
  const words = hostWordsTo(exec.channel);
  const host = upstream.ssh?.run({ service, path, gitProtocol, onStderr: words.take });
  const exchanges = exchangesOn(needs, exec, call, {
    upstream: host === undefined ? upstream : askedBy(upstream, host),
    // An archive is cut and refused in the language of a fetch.
    service: service === 'git-receive-pack' ? service : 'git-upload-pack',
  });
  let progress: Progress = 'advertised';
  let code = 1;
  try {
    progress = await works[service](needs, exec, exchanges, path, passage);
    await exchanges.over();
    const { outcome } = passage.operation.outcome ?? { outcome: 'completed' };
    if (outcome === 'completed') {
      code = host === undefined ? 0 : ((await host.finish()) ?? 1);
      words.end();
    }
    return code;
  } finally {
    host?.leave();
    passage.done(progress, code);
  }
}

/** Writes the only thing an `exec` gets to read; resolves when it is handed over, or nobody takes it. */
async function say(exec: GitExec, bytes: Buffer): Promise<void> {
  const answer = new ChannelAnswer(exec);
  const closed = new Promise<void>((resolve) => answer.once('close', resolve));
  answer.end(bytes);
  await Promise.race([closed, exec.closed]);
}
