/** sshd's ForceCommand for a slow host: runs what was asked for, and lets so many bytes a second of its output through. */
import { spawn } from 'node:child_process';

const [bytesPerSecond] = process.argv.slice(2).map(Number);
const everyMs = 20;
const child = spawn('sh', ['-c', process.env.SSH_ORIGINAL_COMMAND ?? 'false'], {
  stdio: ['inherit', 'pipe', 'inherit'],
});
const { stdout } = child;
// Without a listener Node empties it, to nowhere, as soon as the child has ended.
stdout.on('readable', () => {});
process.stdout.on('error', () => child.kill());
const piece = Math.ceil((bytesPerSecond * everyMs) / 1_000);
const timer = setInterval(() => {
  const chunk = stdout.read(Math.min(piece, stdout.readableLength)) ?? undefined;
  if (chunk !== undefined) process.stdout.write(chunk);
}, everyMs);
stdout.once('end', () => clearInterval(timer));
child.once('close', (code) => {
  process.exitCode = code ?? 255;
});
