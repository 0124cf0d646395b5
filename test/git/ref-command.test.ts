import t from 'tap';
import { ProtocolError } from '../../gateway/git/protocol-error.ts';
import { isObjectId, readCommand, shownRef, writeCommand } from '../../gateway/git/ref-command.ts';
import { damaged, quoted, randomOfRun } from './feeding.ts';

const zero = '0'.repeat(40);
const one = '1'.repeat(40);
const [zero64, a64] = ['0'.repeat(64), 'a'.repeat(64)];
const line = (text: string): Buffer => Buffer.from(text, 'latin1');

for (const [text, update] of [
  [`${zero} ${one} refs/heads/a`, { kind: 'create', ref: 'refs/heads/a', oldId: zero, newId: one }],
  [`${one} ${zero} refs/heads/a`, { kind: 'delete' }],
  [`${one} ${one} refs/heads/a`, { kind: 'update' }],
  [`${zero64} ${a64} refs/tags/v1`, { kind: 'create', ref: 'refs/tags/v1' }],
  [`${a64} ${zero64} refs/tags/v1`, { kind: 'delete' }],
  [`${zero} ${one} refs/heads/caf\xc3\xa9`, { ref: 'refs/heads/café' }],
  [`${zero} ${one} refs/heads/\xff`, { ref: 'refs/heads/\ufffd', refBytes: line('refs/heads/\xff') }],
  [`${zero} ${one} refs/heads/=cmd|x`, { ref: 'refs/heads/=cmd|x' }],
  [`${zero} ${one} refs/heads/\xe2\x80\xae`, { ref: 'refs/heads/\u202e' }],
] as const)
  void t.test(`${quoted(text)} is a command`, async (t) => {
    const read = readCommand(line(text));

    t.match(read, update);
    t.equal(writeCommand(read).toString('latin1'), text);
  });

void t.test(
  'the replacement character itself is a name, and not the same as bytes that are none',
  async (t) => {
    const real = readCommand(line(`${zero} ${one} refs/heads/\xef\xbf\xbd`));

    t.equal(real.ref, 'refs/heads/\ufffd');
    t.notOk('refBytes' in real);
  },
);

for (const [what, text] of [
  ['nothing', ''],
  ['one id', one],
  ['two ids', `${zero} ${one}`],
  ['no ref', `${zero} ${one} `],
  ['39 digits', `${zero.slice(1)} ${one} refs/heads/a`],
  ['41 digits', `0${zero} ${one} refs/heads/a`],
  ['63 zeros', `${zero64.slice(1)} ${a64} refs/heads/a`],
  ['zeros of two lengths', `${zero} ${a64} refs/heads/a`],
  ['upper-case digits', `${zero} ${'A'.repeat(40)} refs/heads/a`],
  ['a digit that is none', `${zero} ${'g'.repeat(40)} refs/heads/a`],
  ['a tab between', `${zero}\t${one} refs/heads/a`],
  ['a tab before the ref', `${zero} ${one}\trefs/heads/a`],
  ['two blanks', `${zero} ${one}  refs/heads/a`],
  ['nothing into nothing', `${zero} ${zero} refs/heads/a`],
  ['a blank in the ref', `${zero} ${one} refs/heads/a b`],
  ['a line end in the ref', `${zero} ${one} refs/heads/a\nb`],
  ['a carriage return', `${zero} ${one} refs/heads/a\r`],
  ['NUL', `${zero} ${one} refs/heads/a\0`],
  ['HEAD', `${zero} ${one} HEAD`],
] as const)
  void t.test(`${what} is no command`, async (t) => {
    t.throws(() => readCommand(line(text)), { code: 'PROTOCOL_COMMANDS' });
  });

void t.test('a damaged command is read as what it says now, or refused', async (t) => {
  const random = randomOfRun(t);
  const good = line(`${zero} ${one} refs/heads/a`);
  for (let round = 0; round < 2_000; round += 1) {
    const bytes = damaged(good, random);
    try {
      t.ok(writeCommand(readCommand(bytes)).equals(bytes));
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
    }
  }
});

void t.test('an object id is 40 or 64 lower-case hex digits and nothing else', async (t) => {
  for (const id of [zero, a64]) t.ok(isObjectId(id));
  for (const id of ['', '0', `${zero}\n`, ` ${zero}`, '0'.repeat(50), 'A'.repeat(40)])
    t.notOk(isObjectId(id));
});

void t.test('a ref in a text is quoted and cut', async (t) => {
  t.equal(shownRef(line('a\x1b[2J\n')), '"a\\u001b[2J\\n"');
  t.equal(shownRef(Buffer.alloc(70_000, 'a')).length, 202);
});
