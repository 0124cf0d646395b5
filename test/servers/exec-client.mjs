// Stands in for `ssh`: hands a command and three streams to a socket of the test, and exits as it says.
import { connect } from 'node:net';

const [command = ''] = process.argv.slice(-1);
const socket = connect({ path: process.env.EXEC_SOCKET ?? '', allowHalfOpen: true });
socket.write(`${JSON.stringify({ command, gitProtocol: process.env.GIT_PROTOCOL })}\n`);
// A client that is told something before it asks anything: nothing of it goes up.
if (process.env.EXEC_HOLDS === undefined)
  // A client that waits for its report with its own side open: JGit, and git when it only deletes.
  process.stdin.pipe(socket, { end: process.env.EXEC_KEEPS_OPEN === undefined });

let held = Buffer.alloc(0);
let code = 255;
const streams = { 1: process.stdout, 2: process.stderr };
for await (const chunk of socket) {
  held = Buffer.concat([held, chunk]);
  while (held.length >= 5 && held.length >= 5 + held.readUInt32BE(1)) {
    const payload = held.subarray(5, 5 + held.readUInt32BE(1));
    const stream = streams[held[0]];
    held = held.subarray(5 + payload.length);
    if (stream === undefined) code = payload[0];
    else if (!stream.write(payload)) await new Promise((resolve) => stream.once('drain', resolve));
  }
}
process.stdout.write('', () => process.exit(code));
