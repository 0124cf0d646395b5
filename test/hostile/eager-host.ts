/** A Git host that applies whatever it has whole: a request that breaks off is for its receive-pack only the end of input. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough, type Readable, type Writable } from 'node:stream';
import type { Ending } from '../servers/ending.ts';
import { isolatedGitEnvironment } from '../servers/git.ts';
import type { HostStep } from './plan.ts';

/** A push as the host got it. */
export interface HostPush {
  /** The first ref that its list names. */
  readonly ref: string;
  readonly repository: string;
}

export interface EagerHost {
  readonly url: string;
  /** Programs that run, each with the ref it was last given. */
  readonly running: ReadonlyMap<ChildProcess, string>;
  /** Resolves when none runs any more. */
  idle(): Promise<void>;
}

interface GitProgram {
  readonly child: ChildProcess;
  readonly stdin: Writable;
  readonly said: Readable;
}

/** @param reached awaited before the host goes on */
export async function startEagerHost(
  test: Ending,
  directory: string,
  reached: (step: HostStep, push: HostPush) => Promise<void>,
): Promise<EagerHost> {
  const running = new Map<ChildProcess, string>();
  const waiting = new Set<() => void>();
  const env = isolatedGitEnvironment('/nonexistent');
  const git = (...args: string[]): GitProgram => {
    const child = spawn('git', args, { env, stdio: ['pipe', 'pipe', 'ignore'] });
    // Read from the start: Node drops what a program that has ended said and nobody read yet.
    const said = child.stdout.pipe(new PassThrough());
    running.set(child, 'none yet');
    child.once('close', () => {
      running.delete(child);
      if (running.size === 0) for (const wake of waiting) wake();
    });
    child.stdin.on('error', () => undefined);
    return { child, stdin: child.stdin, said };
  };

  /** What nobody reads any more is dropped, or the program would wait for ever. */
  const answer = ({ said }: GitProgram, response: ServerResponse): void => {
    // A pipe into what is closed already would fail, and pause its source for good.
    if (response.destroyed) {
      said.resume();
      return;
    }
    // Unpiped first: what pipe does on a close would pause it again.
    response.once('close', () => said.unpipe(response).resume());
    said.pipe(response);
  };

  const advertise = (repository: string, response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': 'application/x-git-receive-pack-advertisement' });
    response.write('001f# service=git-receive-pack\n0000');
    answer(git('receive-pack', '--http-backend-info-refs', `${directory}/${repository}`), response);
  };

  const receive = async (
    repository: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> => {
    response.on('error', () => undefined);
    const program = git('receive-pack', '--stateless-rpc', `${directory}/${repository}`);
    const head: Buffer[] = [];
    let push: HostPush | undefined;
    request.on('data', (chunk: Buffer) => {
      program.stdin.write(chunk);
      if (push !== undefined) return;
      head.push(chunk);
      const [, ref] = / (refs\/[!-~]+)/.exec(Buffer.concat(head).toString('latin1', 0, 4_096)) ?? [];
      if (ref === undefined) return;
      push = { ref, repository };
      running.set(program.child, ref);
      request.pause();
      void reached('the host is asked', push).then(() => request.resume());
    });
    const end = await new Promise<'whole' | 'broken off'>((resolve) => {
      request.once('end', () => resolve('whole')).once('close', () => resolve('broken off'));
    });
    if (end === 'whole' && push !== undefined) await reached('the host has all', push);
    // Of one that broke off what came may be enough all the same.
    program.stdin.end();
    response.writeHead(200, { 'content-type': 'application/x-git-receive-pack-result' });
    answer(program, response);
  };

  const server = createServer((request, response) => {
    const [, repository = '', rest] =
      /^\/([\w.-]+\.git)\/(info\/refs|git-receive-pack)/.exec(request.url ?? '') ?? [];
    request.on('error', () => undefined);
    if (rest === 'info/refs') advertise(repository, response);
    else if (rest === 'git-receive-pack') void receive(repository, request, response);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  test.teardown(() => {
    for (const child of running.keys()) child.kill('SIGKILL');
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    running,
    async idle() {
      while (running.size > 0)
        await new Promise<void>((resolve) => {
          const wake = (): void => {
            waiting.delete(wake);
            resolve();
          };
          waiting.add(wake);
        });
    },
  };
}
