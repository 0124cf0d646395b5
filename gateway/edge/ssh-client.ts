/** One client of the SSH door, from its greeting to its end: authentication, channels, and everything that is not served. */
import type { AuthContext, AuthenticationType, Connection, ServerChannel, Session } from 'ssh2';
import { type ChannelEnvironment, withVariable } from '../ssh/environment.ts';
import { announcedOfSsh2, wireSignatureOfSsh2 } from '../ssh/ssh2-signature.ts';
import { openInterview } from './ssh-interview.ts';
import type { KeyOffer, SshConnection, SshVisitor } from './ssh-visitor.ts';
import {
  announceSignatureAlgorithms,
  mendWaiting,
  readReceipts,
  refuseTinyPackets,
  sendBanner,
  watchRefusedChannels,
  watchWindow,
} from './ssh2-privates.ts';

export interface SshClientNeeds {
  readonly connection: SshConnection;
  readonly visitor: SshVisitor;
  /** How long it may stand open with nothing running. */
  readonly idleMs: number;
  draining(): boolean;
  /** Its keys are agreed, and then it is authenticated: other deadlines hold from there. */
  onStage(stage: 'handshake' | 'ready'): void;
  /** From now on it may take this long until it is authenticated. */
  allow(ms: number): void;
  onFault(error: unknown): void;
}

/** OpenSSH's own number: its clients never ask for more. */
const channelsAtMost = 10;
/** Queries for the keys of an agent are cheap, and still come to an end. */
const attemptsAtMost = 100;
/** Each may hold the connection open for as long as a person takes. */
const interviewsAtMost = 3;
const variablesAtMost = 20;
/** What a client gets to read all that was written before one of its channels was broken off, where others run beside it. */
const breakOffMs = 500;
/** How long a client that broke the protocol gets to take what was written before. */
const brokenMs = 2_000;
const methods: AuthenticationType[] = ['publickey', 'keyboard-interactive'];

export interface SshClient {
  /** Ends the connection once nothing runs on it. */
  endWhenIdle(): void;
}

/** Answers what the client asks for; to be called in ssh2's `connection` event. */
export function attendSshClient(client: Connection, needs: SshClientNeeds): SshClient {
  const { connection, visitor, onFault } = needs;
  const { socket } = connection;
  let attempts = 0;
  let interviews = 0;
  let open = 0;
  let running = 0;
  /** Those of them that were broken off, and are not over yet. */
  let brokenOff = 0;
  let idle: NodeJS.Timeout | undefined;

  const end = (): void => {
    if (!socket.destroyed) client.end();
    setTimeout(() => socket.destroy(), brokenMs).unref();
  };
  const rest = (): void => {
    clearTimeout(idle);
    if (running > 0) return;
    if (needs.draining()) end();
    else idle = setTimeout(end, needs.idleMs).unref();
  };
  const fail = (error: unknown): void => {
    // Nobody is there any more to whom it would matter.
    if (!socket.destroyed) onFault(error);
    connection.reset();
  };

  const authenticate = async (context: AuthContext): Promise<void> => {
    attempts += 1;
    if (attempts > attemptsAtMost) return end();
    if (context.method === 'keyboard-interactive') {
      interviews += 1;
      if (interviews > interviewsAtMost) return end();
      const interview = openInterview(context, connection.closed, needs.allow);
      const answer = await visitor.interview(interview);
      if (interview.isOver || socket.destroyed) return;
      return answer === 'accepted' ? context.accept() : end();
    }
    if (context.method !== 'publickey') return context.reject(methods);
    const answer = await visitor.key(offerOf(context));
    if (socket.destroyed) return;
    if (answer === 'accepted') context.accept();
    else if (answer === 'enough') end();
    else {
      if (typeof answer === 'object') sendBanner(client, answer.saying);
      context.reject(methods, answer === 'partly');
    }
  };

  const isRead = readReceipts(client, () => connection.reset());
  /**
   * Ends one channel where it stands. What a connection's socket holds can only be dropped with all of it: where other channels run
   * on it, they stay if the client shows that it has read what was written, and the socket so holds nothing any more.
   */
  const breakOff = (channel: ServerChannel, over: () => void): void => {
    brokenOff += 1;
    if (brokenOff >= running) {
      connection.reset();
      return;
    }
    channel.exit(1);
    channel.close();
    const timer = setTimeout(() => connection.reset(), breakOffMs).unref();
    void Promise.race([isRead(), connection.closed]).then(() => {
      clearTimeout(timer);
      brokenOff -= 1;
      over();
    });
  };

  const serve = async (
    channel: ServerChannel,
    { closed, over }: { readonly closed: Promise<void>; over(): void },
    command: string | undefined,
    environment: ChannelEnvironment,
  ): Promise<void> => {
    channel.on('error', () => undefined);
    channel.stderr.on('error', () => undefined);
    watchWindow(channel, () => connection.reset());
    mendWaiting(channel);
    running += 1;
    clearTimeout(idle);
    let isBrokenOff = false;
    const reset = (): void => {
      if (!isBrokenOff) breakOff(channel, over);
      isBrokenOff = true;
    };
    try {
      await visitor.serve({ command, environment, channel, closed, reset });
    } finally {
      void closed.then(() => {
        running -= 1;
        rest();
      });
    }
  };

  const attendSession = (session: Session): void => {
    open += 1;
    let over!: () => void;
    const closed = new Promise<void>((resolve) => {
      over = resolve;
    });
    session.once('close', () => {
      open -= 1;
      over();
    });
    void connection.closed.then(over);
    let environment: ChannelEnvironment = {};
    let variables = 0;
    session.on('env', (accept, reject, { key, val }) => {
      variables += 1;
      const next = variables > variablesAtMost ? environment : withVariable(environment, key, val);
      // ssh2 hands over nothing to answer with where no answer is wanted, which its types do not say.
      const answer = (next === environment ? reject : accept) as (() => void) | undefined;
      environment = next;
      answer?.();
    });
    const refuse = (what: string) => (_accept: unknown, reject: unknown) => {
      visitor.refused(what);
      (reject as (() => void) | undefined)?.();
    };
    session.on('pty', refuse('terminal'));
    session.on('x11', refuse('x11'));
    session.on('auth-agent', refuse('agent-forwarding'));
    session.on('subsystem', refuse('subsystem'));
    const begin = (accept: () => ServerChannel, command: string | undefined): void => {
      // Nothing, which ssh2's types do not say, where something runs on the channel already: one thing does (RFC 4254 section 6.5).
      const channel = accept() as ServerChannel | undefined;
      if (channel !== undefined) serve(channel, { closed, over }, command, environment).catch(fail);
    };
    session.on('exec', (accept, _reject, { command }) => begin(accept, command));
    session.on('shell', (accept) => begin(accept, undefined));
  };

  announceSignatureAlgorithms(client);
  refuseTinyPackets(client);
  watchRefusedChannels(client, () => visitor.refused('channel'));
  client.on('error', () => void setTimeout(() => socket.destroy(), brokenMs).unref());
  client.once('handshake', () => needs.onStage('handshake'));
  client.on('authentication', (context) => void authenticate(context).catch(fail));
  client.once('ready', () => {
    needs.onStage('ready');
    rest();
  });
  client.on('session', (accept, reject) => {
    if (open >= channelsAtMost) reject();
    else attendSession(accept());
  });
  client.on('request', (accept, reject, name) => {
    if ((name as string) === 'no-more-sessions@openssh.com') return void accept?.();
    visitor.refused('forwarding');
    reject?.();
  });
  client.once('close', () => clearTimeout(idle));
  return { endWhenIdle: rest };
}

function offerOf(context: AuthContext & { method: 'publickey' }): KeyOffer {
  const { username: user, key, hashAlgo, signature, blob } = context;
  const announced = announcedOfSsh2(key.algo, hashAlgo);
  const proof =
    signature === undefined || blob === undefined
      ? undefined
      : { signed: blob, signature: wireSignatureOfSsh2(announced, signature) };
  return { user, announced, blob: key.data, proof };
}
