import t from 'tap';
import { errorAdvertisement, errorPkt, lfsRefusal } from '../../gateway/git/refusal.ts';

void t.test('an ERR pkt holds the lines', async (t) => {
  t.equal(errorPkt(['no', 'ask']).toString(), '000eERR no\nask');
  t.equal(errorPkt([]).toString(), '0008ERR ');
});

void t.test('an advertisement that says no begins as one that says yes', async (t) => {
  t.equal(
    errorAdvertisement('git-upload-pack', ['no']).toString(),
    '001e# service=git-upload-pack\n0000000aERR no',
  );
});

void t.test('what does not fit what git shows is left out by the line', async (t) => {
  const lines = Array.from({ length: 60 }, (_, i) => `${i} ${'𝒳'.repeat(1_000)}`);
  const shown = errorPkt(lines).toString();

  t.ok(Buffer.byteLength(shown) <= 4_004);
  t.equal(shown.split('\n').length, 2);
  t.match(shown, /^....ERR 0 𝒳+…\n1 𝒳+…$/u);
});

void t.test('Git LFS gets one message and where to read more', async (t) => {
  t.strictSame(JSON.parse(lfsRefusal(['no', 'a"k\n'], 'https://x')), {
    message: 'no; a"k\\u{a}',
    documentation_url: 'https://x',
  });
});

void t.test('no line moves a cursor or begins another', async (t) => {
  t.equal(errorPkt(['a\nfatal: b\u001b[2J']).toString().slice(4), 'ERR a\\u{a}fatal: b\\u{1b}[2J');
});
