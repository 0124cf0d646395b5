import t from 'tap';
import { PushOptions } from '../../gateway/git/push-options.ts';

function given(...options: readonly string[]): PushOptions {
  const collected = new PushOptions(3);
  for (const option of options) collected.add(Buffer.from(option, 'latin1'));
  return collected;
}

void t.test('options are kept as data, bytes that are no text as bytes', async (t) => {
  t.strictSame(given('x=$(id)', '', '\xff').all, ['x=$(id)', '', Buffer.from([0xff])]);
});

for (const [what, options] of [
  ['a line end', ['a\nb']],
  ['NUL', ['a\0']],
  ['one too many', ['a', 'b', 'c', 'd']],
] as const)
  void t.test(`${what} is refused`, async (t) => {
    t.throws(() => given(...options), { code: 'PROTOCOL_COMMANDS' });
  });

void t.test('options said again must be all of them, in order', async (t) => {
  const repeat = (...again: readonly string[]): void => {
    const options = given('a', '\xff');
    for (const option of again) options.repeat(Buffer.from(option, 'latin1'));
    options.endOfRepeated();
  };

  t.doesNotThrow(() => repeat('a', '\xff'));
  for (const again of [[], ['a'], ['\xff', 'a'], ['a', '\xfe'], ['a', '\xff', 'b']])
    t.throws(() => repeat(...again), { code: 'PROTOCOL_COMMANDS' });
});
