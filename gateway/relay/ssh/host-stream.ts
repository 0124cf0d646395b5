/** The channel of a git command on a host: its output cut into answers, its input, its end. */
import type { Readable } from 'node:stream';
import type { ClientChannel } from 'ssh2';
import { flushPkt } from '../../git/pkt-line.ts';
import { SectionEnd, type SectionUntil } from '../../git/section-end.ts';
import { UpstreamTroubleError } from '../upstream-trouble.ts';
import type { HostChannel } from './connection.ts';
import { SectionAnswer } from './section-answer.ts';

export interface HostStreamOptions {
  /** A host that is left is given its end of input and time to clean up: a push, whose host keeps what it has had otherwise. */
  readonly leavesGently: boolean;
  /** What the command says beside its answers, once it has begun to answer. */
  onStderr(chunk: Buffer): void;
}

/** Time in which git receive-pack throws away what it was given (32 to 129 ms seen). */
const gentleMs = 1_500;
/** How long a host may take to end its command when all is said. */
const exitMs = 5_000;
/** Characters of what a host says in place of an answer, for the operator's log. */
const stderrKept = 1_000;

export class HostStream {
  readonly #channel: ClientChannel;
  readonly #exitCode: HostChannel['exitCode'];
  readonly #options: HostStreamOptions;
  /** Resolves when it has said something, or has ended: `broke` when its connection has. */
  readonly begun: Promise<'said' | 'ended' | 'broke'>;
  readonly #closed: Promise<void>;
  #begin: () => void = () => undefined;
  #section: { readonly answer: SectionAnswer; readonly end: SectionEnd } | undefined;
  #waiting: Buffer[] = [];
  #body: Readable | undefined;
  #hasSaid = false;
  #isClosed = false;
  #isDropped = false;
  #isLeft = false;
  #stderr = '';

  constructor({ channel, exitCode }: HostChannel, options: HostStreamOptions) {
    this.#channel = channel;
    this.#exitCode = exitCode;
    this.#options = options;
    const said = new Promise<void>((resolve) => {
      this.#begin = resolve;
    });
    this.#closed = new Promise((resolve) => {
      channel.once('close', () => {
        this.#isClosed = true;
        this.#ended();
        resolve();
      });
    });
    this.begun = Promise.race([said, this.#closed]).then(() => {
      if (this.#hasSaid) return 'said';
      return exitCode() === undefined ? 'broke' : 'ended';
    });
    channel.on('data', (chunk: Buffer) => this.#said(chunk));
    channel.stderr.on('data', (chunk: Buffer) => {
      if (this.#hasSaid && !this.#isLeft) options.onStderr(chunk);
      else if (this.#stderr.length < stderrKept)
        this.#stderr += chunk.toString('latin1').slice(0, stderrKept);
    });
  }

  /** Begins the next answer; the one before is over. */
  section(until: SectionUntil): SectionAnswer {
    const answer = new SectionAnswer(
      () => {
        if (this.#section?.answer === answer) this.#channel.resume();
      },
      () => this.leave(),
    );
    this.#section = { answer, end: new SectionEnd(until) };
    const waiting = this.#waiting;
    this.#waiting = [];
    if (until === 'nothing') this.#over();
    for (const chunk of waiting) this.#feed(chunk);
    if (this.#isClosed) this.#ended();
    if (this.#section !== undefined) this.#channel.resume();
    return answer;
  }

  /** Resolves when the answer has begun, or is whole without a byte; rejects with an `UpstreamTroubleError` when there is none. */
  async answers(answer: SectionAnswer): Promise<void> {
    await answer.begun;
    const code = this.#exitCode();
    if (answer.readableLength > 0 || (answer.complete && (!this.#isClosed || code === 0))) return;
    if (code === undefined)
      throw new UpstreamTroubleError({ kind: 'unreachable' }, 'the connection to the host broke');
    throw new UpstreamTroubleError(
      { kind: 'said-nothing' },
      `the host ended the command with ${code}: ${this.#stderr.trim().slice(0, stderrKept)}`,
    );
  }

  /** @param isLast the command's input ends with it */
  take(body: Readable, isLast: boolean): void {
    this.#body = body;
    body.pipe(this.#channel, { end: isLast });
  }

  /** Says that nothing more comes; resolves to the exit status, undefined where it is not waited for longer. */
  async finish(): Promise<number | undefined> {
    if (!this.#isClosed && !this.#channel.writableEnded) this.#channel.end(flushPkt);
    this.#drop();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, exitMs);
    });
    await Promise.race([this.#closed, late]);
    clearTimeout(timer);
    return this.#exitCode();
  }

  leave(): void {
    if (this.#isLeft || this.#isClosed) return;
    this.#isLeft = true;
    this.#body?.unpipe(this.#channel);
    this.#drop();
    const close = (): void => void this.#channel.close();
    if (!this.#options.leavesGently) {
      close();
      return;
    }
    if (!this.#channel.writableEnded) this.#channel.end();
    const timer = setTimeout(close, gentleMs);
    void this.#closed.then(() => clearTimeout(timer));
  }

  /** What still comes is read, since a channel that nobody reads does not close, and goes nowhere. */
  #drop(): void {
    this.#isDropped = true;
    this.#section = undefined;
    this.#waiting = [];
    this.#channel.resume();
  }

  #said(chunk: Buffer): void {
    this.#hasSaid = true;
    this.#begin();
    if (this.#isDropped) return;
    this.#feed(chunk);
    if (this.#section === undefined && !this.#isDropped) this.#channel.pause();
  }

  #feed(chunk: Buffer): void {
    const section = this.#section;
    if (section === undefined) {
      // A host that speaks without being asked is heard when it is asked.
      this.#waiting.push(chunk);
      return;
    }
    let taken: number;
    try {
      taken = section.end.feed(chunk);
    } catch (error) {
      section.answer.destroy(error as Error);
      return;
    }
    if (taken > 0 && !section.answer.fill(chunk.subarray(0, taken))) this.#channel.pause();
    if (section.end.isOver) this.#over();
    if (taken < chunk.length) this.#waiting.push(chunk.subarray(taken));
  }

  #over(): void {
    const section = this.#section;
    this.#section = undefined;
    section?.answer.whole();
  }

  /** The channel is closed: an answer with an exit status behind it has ended, one without broke off. */
  #ended(): void {
    const section = this.#section;
    this.#section = undefined;
    if (this.#exitCode() === undefined) section?.answer.destroy(new Error('the host broke off'));
    else section?.answer.whole();
  }
}
