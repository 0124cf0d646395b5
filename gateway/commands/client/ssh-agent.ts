/** The running ssh-agent, one question at a time; whatever it says is bounded in time and size. */
import type { KeyObject } from 'node:crypto';
import { connect } from 'node:net';
import {
  addCertificateMessage,
  listMessage,
  readDone,
  readIdentities,
  removeMessage,
} from '../../ssh/agent-messages.ts';

/** An agent may ask its person, by a window, whether a key may be added. */
const answerMs = 60_000;
/** OpenSSH's own limit for a message of an agent. */
const longestAnswer = 256 * 1_024;

/** No agent, or none that does what it is asked; the message is for the person. */
export class AgentError extends Error {
  override readonly name = 'AgentError';
}

/** An agent at a socket. Each call rejects with an `AgentError`. */
export interface SshAgent {
  /** That there is one, and that it talks. */
  greet(): Promise<void>;
  /** Takes the certificate with its key in, for so many seconds, in place of others with the same comment. */
  hold(key: KeyObject, certificate: Buffer, comment: string, seconds: number): Promise<void>;
}

export function sshAgent(socket: string): SshAgent {
  const say = async <T>(message: Buffer, read: (answer: Buffer) => T): Promise<T> => {
    try {
      return read(await ask(socket, message));
    } catch (error) {
      if (error instanceof AgentError) throw error;
      throw new AgentError('the ssh-agent answers in no words of an agent', { cause: error });
    }
  };
  return {
    async greet() {
      await say(listMessage(), readIdentities);
    },
    async hold(key, certificate, comment, seconds) {
      const earlier = (await say(listMessage(), readIdentities)).filter((held) => held.comment === comment);
      if (!(await say(addCertificateMessage(key, certificate, comment, seconds), readDone)))
        throw new AgentError('the ssh-agent does not take the certificate');
      // What it does not give up ends by itself.
      for (const { blob } of earlier) await say(removeMessage(blob), readDone);
    },
  };
}

function ask(path: string, message: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    const timer = setTimeout(() => fail('does not answer'), answerMs);
    const pieces: Buffer[] = [];
    const fail = (what: string): void => {
      clearTimeout(timer);
      socket.destroy();
      reject(new AgentError(`the ssh-agent at SSH_AUTH_SOCK ${what}`));
    };
    socket.once('error', (error: NodeJS.ErrnoException) =>
      fail(`cannot be reached (${error.code ?? 'unknown'})`),
    );
    socket.once('close', () => fail('closes without an answer'));
    socket.on('data', (piece) => {
      pieces.push(piece);
      const read = Buffer.concat(pieces);
      if (read.length < 4) return;
      const length = read.readUInt32BE();
      if (length > longestAnswer) return fail(`answers with ${length} bytes`);
      if (read.length < 4 + length) return;
      clearTimeout(timer);
      socket.destroy();
      resolve(read.subarray(4, 4 + length));
    });
    const size = Buffer.alloc(4);
    size.writeUInt32BE(message.length);
    socket.write(Buffer.concat([size, message]));
  });
}
