/** The eager host behind an SSH server: a channel that breaks off is for its receive-pack only the end of input. */
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { Transform } from 'node:stream';
import ssh2, { type Connection, type ServerChannel } from 'ssh2';
import { makeEd25519Key } from '../../certs/host-keys.ts';
import type { Ending } from '../servers/ending.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';
import type { EagerHost } from './eager-host.ts';
import { gitPrograms, type Reached } from './git-programs.ts';

export async function startEagerSshHost(
  test: Ending,
  directory: string,
  reached: Reached,
): Promise<EagerHost> {
  const programs = gitPrograms();

  const serve = async (channel: ServerChannel, command: string): Promise<void> => {
    channel.on('error', () => undefined);
    const [, service, repository = ''] =
      /^git-(receive-pack|upload-pack) '.*\/([\w.-]+\.git)'$/.exec(command) ?? [];
    if (service === undefined) {
      channel.exit(127);
      channel.end();
      return;
    }
    const program = programs.start(service, `${directory}/${repository}`);
    const { child } = program;
    // A channel's end says nothing of a push being whole, but the program does when it has unpacked it.
    let isWhole = false;
    const said = program.said.pipe(
      new Transform({
        transform(chunk: Buffer, _encoding, done) {
          if (isWhole || program.push === undefined || !chunk.includes('unpack ok')) {
            done(null, chunk);
            return;
          }
          isWhole = true;
          void reached('the host has all', program.push).then(() => done(null, chunk));
        },
      }),
    );
    channel.once('close', () => said.unpipe(channel).resume());
    said.pipe(channel, { end: false });
    const over = Promise.all([
      new Promise((resolve) => said.once('end', resolve)),
      new Promise<number | null>((resolve) => child.once('close', resolve)),
    ]);
    await programs.feed(program, channel, repository, reached);
    program.stdin.end();
    const [, code] = await over;
    channel.exit(code ?? 255);
    channel.end();
  };

  const [hostKey, gatewayKey] = [makeEd25519Key('host'), makeEd25519Key('gateway')];
  const server = new ssh2.Server({ hostKeys: [hostKey.text] });
  server.on('connection', (client: Connection) => {
    client.on('error', () => undefined);
    client.on('authentication', (context) =>
      context.method === 'publickey' ? context.accept() : context.reject(['publickey']),
    );
    client.on('session', (accept) => {
      const session = accept();
      session.on('env', (agree) => (agree as (() => void) | undefined)?.());
      session.on('exec', (begin, _reject, { command }) => void serve(begin(), command));
    });
  });
  const listener = createServer((socket) => {
    socket.on('error', () => undefined);
    test.teardown(() => socket.destroy());
    server.injectSocket(socket);
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  test.teardown(() => {
    programs.killAll();
    listener.close();
  });
  const { port } = listener.address() as AddressInfo;
  const own = await temporaryDirectory(test);
  await writeFile(`${own}/key`, gatewayKey.text, { mode: 0o600 });
  await writeFile(`${own}/known_hosts`, `[127.0.0.1]:${port} ${hostKey.line}`);
  return {
    url: 'http://127.0.0.1:9',
    upstream: `ssh: { url: "ssh://git@127.0.0.1:${port}${directory}", keyFile: "${own}/key", knownHostsFile: "${own}/known_hosts" }`,
    running: programs.running,
    idle: programs.idle,
  };
}
