/** What people do at the doors of a recorded history, with no more of git than it takes. */
import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import ssh2 from 'ssh2';
import { smallPush } from './small-push.ts';

/** Where a person comes to, and by what. */
export interface AtDoor {
  fetch(repository: string): Promise<void>;
  push(repository: string, ref: string, kind: 'create' | 'delete'): Promise<void>;
  leave(): void;
}

/** A fetch that its host never ends; resolves once its pack moves. */
export async function slowFetch(
  port: number,
  secret: string,
  repository: string,
): Promise<{ readonly ended: Promise<void> }> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  await exchange(agent, port, secret, 'GET', `/hub/${repository}.git/info/refs?service=git-upload-pack`);
  const [response] = await open(agent, port, secret, 'POST', `/hub/${repository}.git/git-upload-pack`, wants);
  await new Promise((resolve) => response.once('data', resolve));
  const ended = new Promise<void>((resolve) => response.resume().once('close', () => resolve()));
  return { ended: ended.then(() => agent.destroy()) };
}

/** The HTTPS door, a connection an operation. */
export function atHttps(port: number, secret: string): AtDoor {
  const run = async (repository: string, service: string, body: Buffer): Promise<void> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const at = `/hub/${repository}.git`;
    const refs = await exchange(agent, port, secret, 'GET', `${at}/info/refs?service=${service}`);
    if (!refs.includes('ERR ')) await exchange(agent, port, secret, 'POST', `${at}/${service}`, body);
    agent.destroy();
  };
  return {
    fetch: (repository) => run(repository, 'git-upload-pack', wants),
    push: (repository, ref, kind) => run(repository, 'git-receive-pack', smallPush(ref, kind)),
    leave: () => undefined,
  };
}

/** The SSH door, one connection for all. */
export async function atSsh(port: number, privateKey: string): Promise<AtDoor> {
  const client = new ssh2.Client();
  await new Promise((resolve, reject) => {
    client.on('ready', () => resolve(client)).on('error', reject);
    client.connect({ host: '127.0.0.1', port, username: 'git', privateKey });
  });
  const run = (command: string, body: Buffer): Promise<void> =>
    new Promise((resolve, reject) =>
      client.exec(command, (error, channel) => {
        if (error !== undefined) return reject(error);
        channel.stderr.resume();
        channel.resume().once('close', () => resolve());
        channel.end(body);
      }),
    );
  return {
    fetch: (repository) => run(`git-upload-pack '/hub/${repository}.git'`, Buffer.from('0000')),
    push: (repository, ref, kind) => run(`git-receive-pack '/hub/${repository}.git'`, smallPush(ref, kind)),
    leave: () => client.end(),
  };
}

const wants = Buffer.from(`0032want ${'a'.repeat(40)}\n00000009done\n`);

/** A call of the API. */
export async function call(
  port: number,
  secret: string,
  path: string,
  body: unknown,
): Promise<Readonly<Record<string, unknown>>> {
  const [response] = await open(
    undefined,
    port,
    secret,
    'POST',
    `/api/${path}`,
    Buffer.from(JSON.stringify(body)),
    'application/json',
  );
  const text = await textOf(response);
  if ((response.statusCode ?? 0) >= 300) throw new Error(`${path}: ${response.statusCode} ${text}`);
  return JSON.parse(text) as Record<string, unknown>;
}

async function exchange(...given: Parameters<typeof open>): Promise<string> {
  const [response] = await open(...given);
  return await textOf(response);
}

function open(
  agent: Agent | undefined,
  port: number,
  secret: string,
  method: 'GET' | 'POST',
  path: string,
  body?: Buffer,
  type = `application/x-${path.split('/').at(-1)}-request`,
): Promise<[IncomingMessage, ClientRequest]> {
  return new Promise((resolve, reject) => {
    const authorization = path.startsWith('/api/')
      ? `Bearer ${secret}`
      : `Basic ${Buffer.from(`git:${secret}`).toString('base64')}`;
    const headers = {
      authorization,
      ...(body === undefined ? {} : { 'content-type': type, 'content-length': body.length }),
    };
    const sent: ClientRequest = request({
      host: '127.0.0.1',
      port,
      method,
      path,
      headers,
      ...(agent === undefined ? {} : { agent }),
    });
    sent.once('response', (response) => resolve([response, sent])).once('error', reject);
    sent.end(body);
  });
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = '';
  response.setEncoding('latin1').on('data', (piece: string) => {
    text += piece;
  });
  await new Promise((resolve) => response.once('close', resolve));
  return text;
}
