/** What all commands that call a gateway share: options, help, and the exit code of bad usage. */
import { type Command, InvalidArgumentError } from 'commander';
import { parseDuration } from '../../../config/quantities.ts';
import { type IdPrefix, parseId } from '../../grants/ids.ts';
import { exit, exitCodesHelp } from './exit-codes.ts';

const placeHelp = `
SLUICE_URL is the gateway's address, https://HOST[:PORT]. NODE_EXTRA_CA_CERTS adds authorities to Node's own.

`;

const accessHelp = `
SLUICE_URL is the gateway's address, https://HOST[:PORT], and SLUICE_TOKEN an API credential (slu_a_…) or an ID token.
Neither is taken from the command line, which process lists show. NODE_EXTRA_CA_CERTS adds authorities to Node's own.

`;

/** Begins a command. */
export function clientCommand(program: Command, name: string, description: string): Command {
  return begun(program, name, description, accessHelp).option(
    '--token-file <file>',
    'holds the credential, in place of SLUICE_TOKEN',
  );
}

/** Begins a command for who has no credential: it needs to know where the gateway is. */
export function placeCommand(program: Command, name: string, description: string): Command {
  return begun(program, name, description, placeHelp);
}

function begun(program: Command, name: string, description: string, help: string): Command {
  return program
    .command(name)
    .description(description)
    .option('--url-file <file>', 'holds the gateway’s address, in place of SLUICE_URL')
    .option('--ca <file>', 'PEM of the authorities to trust, in place of Node’s own')
    .option('--json', 'print the API’s answer')
    .addHelpText('after', help + exitCodesHelp)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? exit.done : exit.usage));
}

/** Begins a command that changes something; it needs a reason, which others will read. */
export function changeCommand(program: Command, name: string, description: string): Command {
  return clientCommand(program, name, description).requiredOption(
    '--reason <text>',
    'why; the people it stops read it, and the audit keeps it',
    (text: string) => {
      if (text.trim() === '') throw new InvalidArgumentError('A reason has to say something.');
      return text;
    },
  );
}

/** Reads an id as people type it. */
export function idOf(prefix: IdPrefix): (text: string) => string {
  return (text) => {
    const id = parseId(text, prefix);
    if (id === undefined) throw new InvalidArgumentError(`It is no id of the form ${prefix}-….`);
    return id;
  };
}

/**
 * Reads a span as people type it, and leaves it as it is.
 *
 * @param examples as the refusal of anything else gives them
 */
export function spanOf(examples: string): (text: string) => string {
  return (text) => {
    try {
      parseDuration(text);
      return text;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new InvalidArgumentError(`A span is a number with its unit, as ${examples}.`);
    }
  };
}
