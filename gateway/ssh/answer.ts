/** What a channel reads of a command that is not git's: text on both streams, an exit status, the end. */
import type { ChannelRequest } from '../edge/ssh-visitor.ts';
import { visibleText } from '../git/visible-text.ts';

export interface Answer {
  /** What was asked for. */
  readonly lines?: readonly string[];
  /** The same as a program reads it, in place of the lines; ASCII. */
  readonly json?: string;
  /** What was wrong, or what else there is to say. */
  readonly complaints?: readonly string[];
  readonly exitCode: number;
}

/** The longest line: reasons are the longest texts, 2,000 characters. */
const longest = 4_000;

/** Lines of text, with nothing in them that moves a cursor, begins a line or turns the direction. */
export function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${visibleText(line, longest)}\n`).join('');
}

export function say(
  request: Pick<ChannelRequest, 'channel'>,
  { lines = [], json, complaints = [], exitCode }: Answer,
): void {
  if (complaints.length > 0) request.channel.stderr.write(textOf(complaints));
  end(request, json ?? textOf(lines), exitCode);
}

/** The status goes behind what was written, then the end, and nothing else: a `close` of ours would lose what waits. */
export function end(
  { channel }: Pick<ChannelRequest, 'channel'>,
  bytes: Buffer | string,
  exitCode: number,
): void {
  if (bytes.length > 0) channel.write(bytes);
  channel.exit(exitCode);
  channel.end();
}
