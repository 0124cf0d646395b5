import t from 'tap';
import { fetchLine, isFetchCommand, mayStand } from '../../gateway/git/fetch-lines.ts';

const id = 'a'.repeat(40);

void t.test('a line is parted at its first blank', async (t) => {
  t.strictSame(fetchLine('filter a b'), { key: 'filter', value: 'a b' });
  t.strictSame(fetchLine('ref-prefix '), { key: 'ref-prefix', value: '' });
  t.strictSame(fetchLine('done'), { key: 'done', value: undefined });
});

void t.test('three commands pass, and no property of an object is one', async (t) => {
  for (const name of ['ls-refs', 'fetch', 'object-info']) t.ok(isFetchCommand(name));
  for (const name of ['bundle-uri', '', 'FETCH', 'constructor', '__proto__', undefined])
    t.notOk(isFetchCommand(name), String(name));
});

for (const [line, place, may] of [
  [`want ${id}`, 'fetch', true],
  [`want ${'b'.repeat(64)}`, 'fetch', true],
  [`want ${'A'.repeat(40)}`, 'fetch', false],
  [`want ${id} `, 'fetch', false],
  ['want', 'fetch', false],
  ['want-ref refs/heads/a', 'fetch', true],
  [`have ${id}`, 'fetch', true],
  ['done', 'fetch', true],
  ['done ', 'fetch', false],
  ['deepen 2147483647', 'fetch', true],
  ['deepen-relative', 'fetch', true],
  ['filter blob:none', 'fetch', true],
  ['wait-for-done', 'fetch', true],
  ['packfile-uris https', 'fetch', false],
  ['packfile-uris', 'fetch', false],
  ['sideband-all', 'fetch', false],
  ['evil', 'fetch', false],
  ['constructor', 'fetch', false],
  ['', 'fetch', false],
  ['ref-prefix ', 'ls-refs', true],
  ['peel', 'ls-refs', true],
  [`want ${id}`, 'ls-refs', false],
  [`oid ${id}`, 'object-info', true],
  [`want ${id}`, 'wants', true],
  [`shallow ${id}`, 'wants', true],
  [`have ${id}`, 'wants', false],
  ['done', 'wants', false],
  ['thin-pack', 'wants', false],
  [`have ${id}`, 'haves', true],
  ['done', 'haves', true],
  [`want ${id}`, 'haves', false],
] as const)
  void t.test(`${JSON.stringify(line)} ${may ? 'may' : 'may not'} stand in ${place}`, async (t) => {
    t.equal(mayStand(fetchLine(line), place), may);
  });
