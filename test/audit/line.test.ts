import t from 'tap';
import { bodyOf, LineError, noHash, parseLine, seal } from '../../gateway/audit/line.ts';
import { anAlarm, seeded } from './logs.ts';

const chain = 'A-0123456789ABCDEF';

/** One line without its newline. */
function aLine(entry: Parameters<typeof bodyOf>[1] = anAlarm(3)): string {
  return seal({ chain, seq: 7, prev: noHash }, bodyOf(1_700_000_000_000, entry)).line.slice(0, -1);
}

function parsing(line: string | Buffer): () => unknown {
  return () => parseLine(typeof line === 'string' ? Buffer.from(line) : line);
}

/** Gives a changed line the hash that fits it, as a forger would. */
function resealed(line: string): string {
  const open = line.slice(0, -75);
  const body = open.slice(open.indexOf('"seq":7,') + 8, open.lastIndexOf(',"prev"'));
  return seal({ chain, seq: 7, prev: noHash }, body).line.slice(0, -1);
}

void t.test(
  'a line says what the entry said, in the order v, chain, seq, at, type … prev, hash',
  async (t) => {
    const line = aLine();
    t.match(parseLine(Buffer.from(line)), {
      v: 1,
      chain,
      seq: 7,
      at: 1_700_000_000_000,
      type: 'node.alarm',
      count: 3,
    });
    t.match(
      line,
      /^\{"v":1,"chain":"A-0123456789ABCDEF","seq":7,"at":1700000000000,"type":"node.alarm",.*,"prev":"0{64}","hash":"[0-9a-f]{64}"\}$/,
    );
  },
);

const forged: readonly (readonly [string, (line: string) => string, RegExp])[] = [
  ['a doubled key', (line) => line.replace('"count":3', '"count":2,"count":3'), /key "count" stands twice/],
  [
    'a doubled key written with an escape',
    (line) => line.replace('"count":3', '"coun\\u0074":2,"count":3'),
    /stands twice/,
  ],
  ['a blank', (line) => line.replace('"count":3', '"count": 3'), /a blank outside of a string/],
  ['a tab', (line) => line.replace('"count":3', '"count":\t3'), /0x09/],
  ['an escape that is not needed', (line) => line.replace('number 3', 'n\\u0075mber 3'), /shortest form/],
  ['upper-case hex in an escape', (line) => line.replace('number 3', 'n\\u00FCmber 3'), /shortest form/],
  ['a slash escaped', (line) => line.replace('number 3', 'n\\/mber 3'), /shortest form/],
  ['a fraction', (line) => line.replace('"count":3', '"count":3.5'), /no safe integer/],
  ['an exponent', (line) => line.replace('"count":3', '"count":3e0'), /shortest form/],
  ['minus zero', (line) => line.replace('"count":3', '"count":-0'), /shortest form/],
  ['a number too large', (line) => line.replace('"count":3', '"count":9007199254740993'), /no safe integer/],
  ['a key that is a number', (line) => line.replace('"count":3', '"3":3'), /a key outside/],
  ['__proto__', (line) => line.replace('"count":3', '"__proto__":3'), /a key outside/],
  [
    'a great depth',
    (line) => line.replace('"count":3', `"count":${'['.repeat(20)}${']'.repeat(20)}`),
    /levels/,
  ],
  ['a character raw', (line) => line.replace('number 3', 'n\u00fcmber 3'), /not printable ASCII/],
];

for (const [what, change, says] of forged)
  void t.test(`a forged line with ${what} is no line, although its hash fits`, async (t) => {
    t.throws(parsing(resealed(change(aLine()))), { name: 'LineError', message: says });
  });

const broken: readonly (readonly [string, string | Buffer, RegExp])[] = [
  ['nothing', '', /not JSON/],
  ['an array', '[]', /not a JSON object/],
  ['null', 'null', /not a JSON object/],
  ['two objects', `${aLine()}${aLine()}`, /not JSON/],
  ['a carriage return', `${aLine()}\r`, /0x0d/],
  ['another version', resealed(aLine()).replace('"v":1', '"v":2'), /version 2/],
  ['no type', aLine().replace('"type":"node.alarm",', ''), /keys v, chain, seq, at, type first/],
  ['seq 0', aLine().replace('"seq":7', '"seq":0'), /its form/],
  ['a chain of another form', aLine().replace(chain, 'A-0123456789ABCDEI'), /its form/],
  ['a short hash', aLine().replace(/"hash":"./, '"hash":"'), /its form/],
  ['something behind the hash', aLine().replace(/\}$/, ',"x":1}'), /prev, hash last/],
  ['a byte order mark', Buffer.from(`\ufeff${aLine()}`), /not printable ASCII/],
  ['a NUL', Buffer.from(aLine().replace('number 3', 'number\u00003')), /0x00/],
];

for (const [what, line, says] of broken)
  void t.test(`${what} is no line`, async (t) => {
    t.throws(parsing(line), { name: 'LineError', message: says });
  });

void t.test('a line with any one byte changed is no line', async (t) => {
  const line = Buffer.from(aLine());
  let taken = 0;
  for (let at = 0; at < line.length; at += 1) {
    for (const bit of [1, 4, 32, 128]) {
      const changed = Buffer.from(line);
      changed[at] = (changed[at] ?? 0) ^ bit;
      try {
        parseLine(changed);
        taken += 1;
      } catch (error) {
        if (!(error instanceof LineError)) throw error;
      }
    }
  }
  t.equal(taken, 0);
});

void t.test('a line cut at any byte is no line', async (t) => {
  const line = aLine();
  for (let end = 0; end < line.length; end += 1) t.throws(parsing(line.slice(0, end)), { name: 'LineError' });
});

void t.test(
  'whatever is thrown at it, a line parses to what it was made from or is refused as none',
  async (t) => {
    const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
    t.comment(`SEED=${seed}`);
    const random = seeded(seed);
    const text = () =>
      String.fromCharCode(
        ...Array.from({ length: random(40) }, () => random(random(2) === 0 ? 128 : 65_536)),
      );
    let refused = 0;
    for (let round = 0; round < 3_000; round += 1) {
      const message = text();
      const line = aLine({
        type: 'node.alarm',
        node: 'n',
        alarm: 'x',
        message,
        list: [text(), random(1_000) - 500, null],
      });
      if (/[^\x20-\x7e]/.test(line)) t.fail(`not ASCII: ${line}`);
      const back = parseLine(Buffer.from(line)).message as string | { bytes: string };
      const bytes =
        typeof back === 'string' ? undefined : Buffer.from(back.bytes, 'base64').toString('latin1');
      if (bytes === undefined && back !== message)
        t.fail(`${JSON.stringify(message)} came back as ${JSON.stringify(back)}`);
      const spoilt = Buffer.from(line);
      for (let times = 1 + random(4); times > 0; times -= 1) spoilt[random(spoilt.length)] = random(256);
      if (spoilt.equals(Buffer.from(line))) continue;
      try {
        parseLine(spoilt);
        t.fail(`taken: ${spoilt.toString('latin1')}`);
      } catch (error) {
        if (!(error instanceof LineError)) throw error;
        refused += 1;
      }
    }
    t.ok(refused > 2_900);
  },
);

const notWritable: readonly (readonly [string, Record<string, unknown>])[] = [
  ['a fraction', { x: 1.5 }],
  ['a bigint', { x: 1n }],
  ['a function', { x: () => 1 }],
  ['the hash itself', { hash: 'x' }],
  ['a place of its own', { seq: 1 }],
  ['a key with a blank', { 'a b': 1 }],
  ['a key that is a number', { 1: 1 }],
];

for (const [what, fields] of notWritable)
  void t.test(`an entry with ${what} is not written`, async (t) => {
    t.throws(() => bodyOf(1, { type: 'x', ...fields }), { code: 'AUDIT_ENTRY' });
  });

void t.test('fields that are undefined are left out', async (t) => {
  t.equal(bodyOf(1, { type: 'x', a: undefined, b: { c: undefined, d: 1 } }), '"at":1,"type":"x","b":{"d":1}');
});
