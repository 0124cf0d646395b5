import t from 'tap';
import { contradicts } from '../../gateway/identity/user-name.ts';

const zoe = { id: 'P-1', subject: '248289761001', email: 'Zoë.Alder@corp.test', name: 'Zoë Alder' };

void t.test('a name that says nothing, or the owner’s own, fits', async (t) => {
  const fitting = [
    undefined,
    '',
    'git',
    'oauth2',
    'X-Access-Token',
    'x-token-auth',
    'token',
    'x',
    '248289761001',
  ];
  const own = ['zoë.alder@corp.test', 'ZOË.ALDER', 'zoe\u0308 alder', 'P-1'];
  for (const name of [...fitting, ...own]) t.notOk(contradicts(name, zoe), String(name));
});

void t.test('another person’s name or address contradicts', async (t) => {
  for (const name of ['alice', 'alice@corp.test', 'zoë.alder@other.test', '248289761002']) {
    t.ok(contradicts(name, zoe), name);
  }
});

void t.test('an owner without name and e-mail is known by the subject alone', async (t) => {
  const robot = { id: 'P-2', subject: 'ci', email: undefined, name: undefined };
  t.notOk(contradicts('ci', robot));
  t.ok(contradicts('undefined', robot));
});
