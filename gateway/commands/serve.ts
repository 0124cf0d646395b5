/** `sluice serve --config FILE`: one node, until it is told to stop. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import type { Fault } from '../../config/fault.ts';
import type { Gateway } from '../gateway.ts';

/** sysexits.h: the configuration is at fault. */
export const configFaultCode = 78;

export function addServe(program: Command): void {
  program
    .command('serve')
    .description('run the gateway')
    .requiredOption('--config <file>', 'sluice.yaml')
    .option(
      '--accept-rolled-back-audit <place>',
      'go on with audit files that end before what the store knows: CHAIN:SEQ, as the refusal to start says',
    )
    .addHelpText(
      'after',
      '\nSIGHUP reloads, SIGTERM and SIGINT stop. Exit code 78: the configuration is at fault.',
    )
    .action(serve);
}

interface Options {
  readonly config: string;
  readonly acceptRolledBackAudit?: string;
}

async function serve({ config: file, acceptRolledBackAudit }: Options): Promise<void> {
  // Loaded only here: whoever revokes in haste shall not wait for a gateway to be loaded.
  const [{ loadConfig }, { watchConfig }, { startGateway }, { pino }] = await Promise.all([
    import('../../config/load.ts'),
    import('../../config/watch.ts'),
    import('../gateway.ts'),
    import('pino'),
  ]);
  const loaded = await loadConfig(file);
  if (loaded.kind === 'faulty') {
    process.stderr.write(faultLines(loaded.faults));
    process.exitCode = configFaultCode;
    return;
  }
  const { config } = loaded;
  const log = pino({ level: config.log.level });
  for (const warning of loaded.warnings) log.warn(faultText(warning));
  if (config.store.kind === 'memory')
    log.warn('the store is in this process: what it holds ends with it, and no second node can share it');

  let gateway: Gateway;
  let stop: (reason: string) => void = () => undefined;
  const stopping = new Promise<string>((resolve) => {
    stop = resolve;
  });
  const onUnfit = ({ message }: Error): void => {
    process.stderr.write(`sluice: the gateway cannot go on: ${message}\n`);
    process.exitCode = 1;
    stop('audit-rolled-back');
  };
  try {
    gateway = await startGateway(config, { log, webRoot: webRoot(), acceptRolledBackAudit, onUnfit });
  } catch (error) {
    log.debug({ err: error }, 'start failed');
    process.stderr.write(`sluice: the gateway cannot start: ${messagesOf(error)}\n`);
    process.exit(1);
  }
  const watch = watchConfig(file, loaded, {
    onLoad(next, hash, warnings) {
      gateway.use(next).then(
        () => log.info({ policy: hash, warnings: warnings.map(faultText) }, 'configuration loaded'),
        (error: unknown) =>
          log.error({ alarm: 'config', err: error }, 'the new configuration could not be taken into force'),
      );
    },
    onFault: (faults) =>
      log.error(
        { alarm: 'config', faults: faults.map(faultText) },
        'the configuration is at fault; the old one stays',
      ),
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop(signal));
  process.stdout.write(
    `${JSON.stringify({ msg: 'sluice ready', httpsPort: gateway.httpsPort, sshPort: gateway.sshPort, opsPort: gateway.opsPort, pid: process.pid })}\n`,
  );
  const signal = await stopping;
  watch.close();
  log.info({ signal }, 'stopping');
  await gateway.close(signal.toLowerCase());
  log.info('stopped');
}

/** Ours first, then what lies behind it: an operator at the terminal needs both. */
function messagesOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}

/** The page as it was built: beside the compiled program, or in `dist` of the sources. */
export function webRoot(): string {
  for (const folder of [join(import.meta.dirname, '../../web'), join(import.meta.dirname, '../../dist/web')])
    if (existsSync(join(folder, 'index.html'))) return folder;
  return join(dirname(import.meta.dirname), '../dist/web');
}

function faultText({ file, line, column, field, message }: Fault): string {
  return `${file}:${line}:${column}: ${field === '' ? '' : `${field} `}${message}`;
}

export function faultLines(faults: readonly Fault[]): string {
  return faults.map((fault) => `${faultText(fault)}\n`).join('');
}
