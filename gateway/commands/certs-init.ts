/** `sluice certs init DIR`: what a first gateway needs to be reached by TLS. */
import type { Command } from 'commander';
import { initCertificates } from '../../certs/init.ts';

export function addCertsInit(program: Command): void {
  program
    .command('certs')
    .description('keys and certificates')
    .command('init')
    .description('make a local authority, a server certificate and the store’s key; nothing is overwritten')
    .argument('<dir>', 'folder for the files')
    .option('--host <host...>', 'names and addresses the gateway is reached by', [
      'localhost',
      '127.0.0.1',
      '::1',
    ])
    .action(async (directory: string, { host }: { host: string[] }) => {
      try {
        for (const { path, made } of await initCertificates(directory, host, new Date()))
          process.stdout.write(`${made ? 'made ' : 'kept '} ${path}\n`);
        process.stdout.write(
          `have clients trust ${directory}/ca.crt, and keep ca.key away from this machine\n`,
        );
      } catch (error) {
        process.stderr.write(`sluice: ${(error as Error).message}\n`);
        process.exitCode = 1;
      }
    });
}
