import t from 'tap';
import { type CommandList, writeCommandList } from '../../gateway/git/command-list.ts';
import { section } from './feeding.ts';

const zero = '0'.repeat(40);
const one = '1'.repeat(40);
const list: CommandList = {
  updates: [
    { ref: 'refs/heads/é', oldId: zero, newId: one, kind: 'create' },
    {
      ref: 'refs/heads/\ufffd',
      refBytes: Buffer.from('refs/heads/\xff', 'latin1'),
      oldId: one,
      newId: zero,
      kind: 'delete',
    },
  ],
  shallow: [],
  capabilities: [
    { key: 'report-status', value: undefined },
    { key: 'agent', value: 'x\xff' },
  ],
  options: [],
  certificate: undefined,
  objectFormat: 'sha1',
  expectsPack: true,
};
const first = `${zero} ${one} refs/heads/\xc3\xa9\0 report-status agent=x\xff`;
const second = `${one} ${zero} refs/heads/\xff`;
const options: CommandList['capabilities'] = [{ key: 'push-options', value: undefined }];

for (const [what, change, bytes] of [
  ['commands, capabilities on the first', {}, section(first, second)],
  ['shallow lines before them', { shallow: [one] }, section(`shallow ${one}\n`, first, second)],
  ['no capabilities', { capabilities: [] }, section(`${zero} ${one} refs/heads/\xc3\xa9\0 `, second)],
  [
    'options behind them, an empty one as a line end',
    { capabilities: options, options: ['a', '', Buffer.from([0xff])] },
    Buffer.concat([
      section(`${zero} ${one} refs/heads/\xc3\xa9\0 push-options`, second),
      section('a', '\n', '\xff'),
    ]),
  ],
  [
    'no options though they may come',
    { capabilities: options },
    Buffer.concat([section(`${zero} ${one} refs/heads/\xc3\xa9\0 push-options`, second), section()]),
  ],
  [
    'a certificate instead of commands, as it is',
    { certificate: Buffer.from('0006C\n') },
    Buffer.from('0006C\n0000'),
  ],
] as const)
  void t.test(`a head is written with ${what}`, async (t) => {
    t.equal(writeCommandList({ ...list, ...change }).toString('latin1'), bytes.toString('latin1'));
  });
