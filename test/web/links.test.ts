import t from 'tap';
import { kindsIn, readAskSearch, refsOf } from '../../admin/web/src/ask/ask-search.ts';
import { readSearch, writeSearch } from '../../admin/web/src/shell/search-text.ts';

void t.test('a refusal’s link fills in the form', async (t) => {
  const search = readAskSearch(
    readSearch('?right=push&ref=refs/heads/fix%2Fa&ref=refs%2Fheads%2Fmain&for=30m'),
  );
  t.equal(search.right, 'push');
  t.equal(search.for, '30m');
  t.strictSame(refsOf(search), ['refs/heads/fix/a', 'refs/heads/main']);
  t.strictSame(refsOf(readAskSearch(readSearch('?ref=123'))), ['123']);
  t.strictSame(refsOf({}), []);
  t.strictSame(kindsIn(readAskSearch(readSearch('?kind=delete&kind=create&kind=rename'))), [
    'create',
    'delete',
  ]);
  t.strictSame(kindsIn(readAskSearch(readSearch('?kind=update'))), ['update']);
  t.equal(kindsIn(readAskSearch(readSearch('?kind=all'))), undefined);
});

void t.test('what a link holds beside that is dropped', async (t) => {
  t.strictSame(readAskSearch(readSearch('?right=admin&right=push&x=1&__proto__=y')), {});
  t.strictSame(readAskSearch({ right: 'both', ref: [1], kind: [2], for: 5, reason: null }), {});
});

void t.test('an address reads back as it was written, with its slashes readable', async (t) => {
  const written = writeSearch({ right: 'push', ref: ['refs/heads/a&b', 'refs/heads/ü'], for: undefined });
  t.match(written, /^\?right=push&ref=refs\/heads\/a%26b&/);
  t.strictSame(readSearch(written), { right: 'push', ref: ['refs/heads/a&b', 'refs/heads/ü'] });
  t.equal(writeSearch({}), '');
});
