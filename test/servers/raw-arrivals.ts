/** What came of a clone without git, and when: its pack, the closing text behind it, its end. */

export interface RawEnd {
  /** Epoch ms at which the last byte in front of the closing text came; of the answer's last byte where there is no text. */
  readonly lastByteAt: number;
  readonly endedAt: number;
  /** The closing text was read. */
  readonly told: boolean;
  /** The answer from the closing text on, framing between its lines included, at most 4 KiB. */
  readonly text: string;
}

export interface RawArrivals {
  /** The first bytes of the pack have come. */
  readonly moving: Promise<void>;
  readonly ended: Promise<RawEnd>;
  /** Bytes of the answer that had come after that moment, epoch ms, the closing text not counted. */
  bytesAfter(at: number): number;
  take(data: Buffer): void;
  /** Nothing comes any more, for whatever reason; only the first time counts. */
  over(): void;
}

interface Arrival {
  readonly at: number;
  readonly bytes: number;
}

/** Arrivals that are kept: those behind an end are the last ones. */
const arrivalsKept = 4_096;
/** A chunk's size line, a pkt's length and its band stand between the repository's last byte and the text. */
const framingBytes = 20;
const closing = Buffer.from('sluice: ');

export function rawArrivals(repository: string): RawArrivals {
  const arrivals: Arrival[] = [];
  let told = false;
  let closingText = '';
  let bytes = 0;
  let head = '';
  let moves!: () => void;
  let fails!: (error: Error) => void;
  const moving = new Promise<void>((resolve, reject) => {
    moves = resolve;
    fails = reject;
  });
  moving.catch(() => undefined);
  let finish!: (end: RawEnd) => void;
  const ended = new Promise<RawEnd>((resolve) => {
    finish = resolve;
  });
  return {
    moving,
    ended,
    bytesAfter: (at) => arrivals.filter((each) => each.at > at).reduce((sum, each) => sum + each.bytes, 0),
    take(data) {
      const at = Date.now();
      const text = data.indexOf(closing);
      const length = text === -1 ? data.length : Math.max(0, text - framingBytes);
      if (told) closingText += data.toString('utf8');
      else if (text !== -1) closingText = data.toString('utf8', text);
      closingText = closingText.slice(0, 4_096);
      if (length > 0 && !told) arrivals.push({ at, bytes: length });
      told ||= text !== -1;
      if (arrivals.length > arrivalsKept) arrivals.splice(0, arrivalsKept / 2);
      bytes += length;
      if (head.length < 200) head += data.toString('latin1', 0, 200);
      if (bytes > 8_192) moves();
    },
    over() {
      const at = Date.now();
      fails(new Error(`the clone of ${repository} ended before it moved: ${head}${closingText}`));
      finish({ lastByteAt: arrivals.at(-1)?.at ?? at, endedAt: at, told, text: closingText });
    },
  };
}

/** A `fetch` of protocol v2 as git sends it for a clone; the host in these tests does not look at the id. */
export function fetchRequest(): string {
  const pkts = ['command=fetch', 'agent=git/2.39.5', 'object-format=sha1'].map(pkt).join('');
  return `${pkts}0001${['ofs-delta', `want ${'1'.repeat(40)}`, 'done'].map(pkt).join('')}0000`;
}

function pkt(text: string): string {
  return `${(text.length + 5).toString(16).padStart(4, '0')}${text}\n`;
}
