import t from 'tap';
import { longestCgiHead, parseCgiHead } from '../../gateway/demo/cgi-response.ts';

const head = 'Status: 404 Not Found\r\nContent-Type: text/plain\r\n\r\n';

void t.test('a status line becomes the status and is no header', async (t) => {
  t.strictSame(parseCgiHead(Buffer.from(`${head}body`)), {
    status: 404,
    headers: [['Content-Type', 'text/plain']],
    length: head.length,
  });
});

void t.test('a head without a status line is a 200', async (t) => {
  t.equal(parseCgiHead(Buffer.from('Content-Type: a/b\n\nx'))?.status, 200);
});

void t.test('at every byte before its end a head is not there yet', async (t) => {
  for (let length = 0; length < head.length; length += 1) {
    t.equal(parseCgiHead(Buffer.from(head.slice(0, length))), undefined, `${length} bytes`);
  }
});

void t.test('what is no head throws', async (t) => {
  t.throws(() => parseCgiHead(Buffer.from('no header\r\n\r\n')), /"no header" is not a header/);
  t.throws(() => parseCgiHead(Buffer.from('Status: fine\r\n\r\n')), /does not start with three digits/);
  t.throws(() => parseCgiHead(Buffer.alloc(longestCgiHead, 'a')), /of over 65536 bytes/);
});
