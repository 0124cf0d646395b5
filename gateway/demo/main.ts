/** The demo as a program: its options, and its end. */
import { Command } from 'commander';
import { startDemo } from './demo.ts';
import { story } from './story.ts';

/** Runs the demo until Ctrl-C; a demo that does not start says why in a line and ends the process with 1. */
export async function main(args: readonly string[]): Promise<void> {
  try {
    await run(args);
  } catch (error) {
    process.stderr.write(`sluice demo: ${reason(error as NodeJS.ErrnoException)}\n`);
    process.exit(1);
  }
}

function reason(error: NodeJS.ErrnoException & { port?: number }): string {
  if (error.code !== 'EADDRINUSE') return error.message;
  return `port ${error.port} is taken; --https-port 0 and --ssh-port 0 take free ones`;
}

async function run(args: readonly string[]): Promise<void> {
  const { httpsPort, sshPort, json } = new Command('demo')
    .description('a gateway with a Git host and an identity provider of its own, and a story to paste')
    .option('--https-port <port>', 'port of the gateway; 0 takes a free one', '8443')
    .option('--ssh-port <port>', 'port of its SSH door; 0 takes a free one', '2222')
    .option('--json', 'print one JSON line instead of the story')
    .addHelpText('after', '\nSLUICE_STORE=redis://[user:password@]host:port keeps the grants in that Redis.')
    .parse(args, { from: 'user' })
    .opts<{ httpsPort: string; sshPort: string; json?: boolean }>();
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
  const demo = await startDemo({
    httpsPort: portOf('--https-port', httpsPort),
    sshPort: portOf('--ssh-port', sshPort),
    storeUrl: process.env.SLUICE_STORE,
  });
  process.stdout.write(json === true ? `${JSON.stringify(demo.facts)}\n` : story(demo.facts, demo.root));
  await stopped;
  await demo.close();
}

function portOf(option: string, text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new RangeError(`${option} ${JSON.stringify(text)} is no port from 0 to 65535`);
  return port;
}
