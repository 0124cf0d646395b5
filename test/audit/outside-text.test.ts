import { createHash } from 'node:crypto';
import t from 'tap';
import { outsideText, pieces, textLimit } from '../../gateway/audit/outside-text.ts';

void t.test('text that JSON can hold stays a plain string, as string or as bytes', async (t) => {
  for (const text of ['', 'main', 'für Ana', '\u0000\u001b[2J', '\u202e', '\ufeffx', '\ufffd', '𝒳']) {
    t.equal(outsideText(text), text);
    t.equal(outsideText(Buffer.from(text)), text);
  }
});

void t.test('bytes that are not UTF-8 are kept beside what can be read of them', async (t) => {
  t.strictSame(outsideText(Buffer.from([0x61, 0xff])), { text: 'a\ufffd', bytes: 'Yf8=' });
  t.strictSame(outsideText(Buffer.from([0xed, 0xa0, 0x80])), { text: '\ufffd\ufffd\ufffd', bytes: '7aCA' });
});

void t.test('a lone surrogate is kept as the bytes of surrogatepass', async (t) => {
  t.strictSame(outsideText('a\ud800'), {
    text: 'a\ufffd\ufffd\ufffd',
    bytes: Buffer.from([0x61, 0xed, 0xa0, 0x80]).toString('base64'),
  });
  t.match(outsideText('\udfff\ud800'), {
    bytes: Buffer.from([0xed, 0xbf, 0xbf, 0xed, 0xa0, 0x80]).toString('base64'),
  });
});

void t.test('a long text is cut, and says how long it was and what its hash is', async (t) => {
  const text = 'ü'.repeat(500_000);
  const sha256 = createHash('sha256').update(text).digest('hex');
  t.match(outsideText(text), { text: 'ü'.repeat(textLimit / 2), length: 1_000_000, sha256 });
  t.equal(outsideText('a'.repeat(textLimit)), 'a'.repeat(textLimit));
  t.match(outsideText('a'.repeat(textLimit + 1)), { length: textLimit + 1 });
  t.match(
    outsideText(`a${text}`),
    { text: `a${'ü'.repeat(textLimit / 2 - 1)}` },
    'never through a character',
  );
});

void t.test('pieces joined are the text, and no piece is ever cut', async (t) => {
  for (const text of ['', 'a', '𝒳'.repeat(5_000), 'ü'.repeat(4_096), 'x'.repeat(100_000)]) {
    const parts = pieces(text);
    t.equal(parts.join(''), text);
    t.ok(parts.every((part) => outsideText(part) === part));
  }
});
