/** A Git host that applies whatever it has whole: a request that breaks off is for its receive-pack only the end of input. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Ending } from '../servers/ending.ts';
import { type GitProgram, type GitPrograms, gitPrograms, type Reached } from './git-programs.ts';

export interface EagerHost extends Pick<GitPrograms, 'running' | 'idle'> {
  /** How a gateway reaches it: the address for HTTP, and what else its upstream says. */
  readonly url: string;
  readonly upstream: string;
}

export async function startEagerHost(test: Ending, directory: string, reached: Reached): Promise<EagerHost> {
  const programs = gitPrograms();

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
    answer(
      programs.start('receive-pack', '--http-backend-info-refs', `${directory}/${repository}`),
      response,
    );
  };

  const receive = async (
    repository: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> => {
    response.on('error', () => undefined);
    const program = programs.start('receive-pack', '--stateless-rpc', `${directory}/${repository}`);
    const end = await programs.feed(program, request, repository, reached);
    if (end === 'whole' && program.push !== undefined) await reached('the host has all', program.push);
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
    programs.killAll();
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    upstream: '',
    running: programs.running,
    idle: programs.idle,
  };
}
