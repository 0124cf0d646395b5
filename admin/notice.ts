/** A page of one sentence for browsers that cannot be sent on: no script, no foreign text. */
import type { FastifyReply } from 'fastify';

/** Sends the sentence and one link of this gateway. Both are escaped. */
export function sendNotice(
  reply: FastifyReply,
  status: number,
  sentence: string,
  link: { readonly href: string; readonly text: string },
): FastifyReply {
  const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Sluice</title>
<body style="font: 1.1rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 15vh auto 0; padding: 0 1rem">
<h1 style="font-size: 1.3rem">Sluice</h1>
<p>${escaped(sentence)}</p>
<p><a href="${escaped(link.href)}">${escaped(link.text)}</a></p>
</body>
</html>
`;
  return reply.code(status).header('cache-control', 'no-store').type('text/html; charset=utf-8').send(html);
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
