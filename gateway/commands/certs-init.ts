/** `sluice certs init DIR`: what a first gateway needs to be reached by TLS. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { uncoveredHosts } from '../../certs/hosts.ts';
import { initCertificates } from '../../certs/init.ts';

/** Names that reach the gateway from its own machine; always in the certificate. */
const loopback = ['localhost', '127.0.0.1', '::1'];

/** Adds the command; exit code 1 when a file is in the way or a host is none. */
export function addCertsInit(program: Command): void {
  program
    .command('certs')
    .description('keys and certificates')
    .command('init')
    .description(
      'make a local authority, a server certificate, the store’s key, a pair for the audit’s checkpoints, an SSH host key and an authority for SSH certificates; nothing is overwritten',
    )
    .argument('<dir>', 'folder for the files')
    .option('--host <host...>', 'names and addresses the gateway is reached by, beside localhost', [])
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nexit codes: 0 done, 1 nothing or not all was made')
    .action(certsInit);
}

async function certsInit(
  directory: string,
  { host, json }: { host: string[]; json?: boolean },
): Promise<void> {
  const hosts = [...host, ...loopback];
  try {
    const files = await initCertificates(directory, hosts, new Date());
    const certificateFile = join(directory, 'gateway.crt');
    const missing = uncoveredHosts(await readFile(certificateFile, 'utf8'), hosts);
    if (json === true) {
      process.stdout.write(`${JSON.stringify({ files, uncoveredHosts: missing })}\n`);
      return;
    }
    for (const { path, made } of files) process.stdout.write(`${made ? 'made ' : 'kept '} ${path}\n`);
    if (missing.length > 0)
      process.stdout.write(
        `${certificateFile} was there and is not for ${missing.join(', ')}; move it and its key away to have a new one made\n`,
      );
    process.stdout.write(`have clients trust ${directory}/ca.crt, and keep ca.key away from this machine\n`);
  } catch (error) {
    process.stderr.write(`sluice: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
