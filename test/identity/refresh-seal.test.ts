import t from 'tap';
import { refreshSeal } from '../../gateway/identity/refresh-seal.ts';

const key = Buffer.alloc(32, 1);

void t.test(
  'what was sealed opens for the same person under the same key, and never twice alike',
  async (t) => {
    const seal = refreshSeal(key);
    const [one, two] = [seal.seal('rt-secret', 'P-1'), seal.seal('rt-secret', 'P-1')];
    t.not(one, two);
    t.notMatch(Buffer.from(one, 'base64url').toString('latin1'), 'rt-secret');
    t.equal(refreshSeal(key).open(one, 'P-1'), 'rt-secret');
  },
);

void t.test('another person, another key, a changed byte and a short one open nothing', async (t) => {
  const sealed = refreshSeal(key).seal('rt-secret', 'P-1');
  t.equal(refreshSeal(key).open(sealed, 'P-2'), undefined);
  t.equal(refreshSeal(Buffer.alloc(32, 2)).open(sealed, 'P-1'), undefined);
  const bytes = Buffer.from(sealed, 'base64url');
  for (let at = 0; at < bytes.length; at += 1) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    t.equal(refreshSeal(key).open(changed.toString('base64url'), 'P-1'), undefined, `byte ${at}`);
    t.equal(refreshSeal(key).open(bytes.subarray(0, at).toString('base64url'), 'P-1'), undefined);
  }
});
