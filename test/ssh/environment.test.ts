import t from 'tap';
import { type ChannelEnvironment, withVariable } from '../../gateway/ssh/environment.ts';

function after(...set: readonly (readonly [name: string, value: string])[]): ChannelEnvironment {
  return set.reduce<ChannelEnvironment>((before, [name, value]) => withVariable(before, name, value), {});
}

void t.test('a well-formed GIT_PROTOCOL is kept as it was sent, extras and all (case D5)', async (t) => {
  for (const value of ['version=2', 'version=1', 'version=2:object-format=sha256', 'a', 'a=:b=1.2_3-4'])
    t.strictSame(after(['GIT_PROTOCOL', value]), { gitProtocol: value }, value);
});

void t.test('a GIT_PROTOCOL of another form is dropped, and takes back what came before', async (t) => {
  for (const value of [
    'version=2;id',
    'version=2 ',
    'version=2\n',
    '$(id)',
    'version=2:',
    '',
    `v=${'2'.repeat(300)}`,
    'version=2\0',
  ])
    t.strictSame(after(['GIT_PROTOCOL', 'version=2'], ['GIT_PROTOCOL', value]), {}, JSON.stringify(value));
});

void t.test('no other variable leaves a trace (case D5)', async (t) => {
  for (const name of [
    'LD_PRELOAD',
    'GIT_SSH_COMMAND',
    'LANG',
    'git_protocol',
    'GIT_PROTOCOL ',
    '__proto__',
    'gitProtocol',
  ])
    t.strictSame(after([name, 'version=2']), {}, name);
});

void t.test('waiting and its reason are the person’s to ask for', async (t) => {
  t.strictSame(after(['SLUICE_WAIT', '1'], ['SLUICE_REASON', 'fix it']), { waits: true, reason: 'fix it' });
  t.strictSame(after(['SLUICE_WAIT', '1'], ['SLUICE_WAIT', '0']), {});
  t.strictSame(after(['SLUICE_REASON', 'x'.repeat(2_001)], ['SLUICE_WAIT', 'yes']), {});
});
