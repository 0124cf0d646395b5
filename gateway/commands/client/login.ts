/** `sluice login --ssh`: a short SSH certificate for whoever signs in at the link it shows. */
import type { Command } from 'commander';
import { placeCommand, spanOf } from './client-command.ts';
import { type LoginOptions, loginSsh } from './login-ssh.ts';

/** Adds the command. */
export function addLogin(program: Command): void {
  placeCommand(program, 'login', 'sign in with a browser, and get an SSH certificate into the ssh-agent')
    .requiredOption('--ssh', 'for the SSH door; there is no other kind of sign-in from a command line yet')
    .option(
      '--for <span>',
      'how long, as 30m, 8h; as long as the gateway allows unless said',
      spanOf('30m, 8h'),
    )
    .option(
      '--file <file>',
      'keep key and certificate in files, FILE and FILE-cert.pub, and not in the ssh-agent',
    )
    .action(async (options: LoginOptions) => await loginSsh(options));
}
