/** `sluice check-config FILE [--connect]`: every fault of a configuration at once, and whether what it names answers. */
import type { Command } from 'commander';
import { configFaultCode, faultLines } from './serve.ts';

export function addCheckConfig(program: Command): void {
  program
    .command('check-config')
    .description('say everything that is wrong with a configuration')
    .argument('<file>', 'sluice.yaml')
    .option(
      '--connect',
      'also try the identity provider, the store, the hosts, the certificate and the clock',
    )
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nexit codes: 0 good, 1 something it names does not answer as it should, 78 the file is at fault',
    )
    .action(checkConfig);
}

async function checkConfig(
  file: string,
  { connect, json }: { connect?: boolean; json?: boolean },
): Promise<void> {
  const [{ loadConfig }, { checkConnections }] = await Promise.all([
    import('../../config/load.ts'),
    import('./check-connections.ts'),
  ]);
  const loaded = await loadConfig(file);
  const print = (text: string, value: unknown): void => {
    process.stdout.write(json === true ? `${JSON.stringify(value)}\n` : text);
  };
  if (loaded.kind === 'faulty') {
    print(faultLines(loaded.faults), { faults: loaded.faults });
    process.exitCode = configFaultCode;
    return;
  }
  const { config, hash, warnings } = loaded;
  const findings = connect === true ? await checkConnections(config) : [];
  const lines = [
    `${file} is good: ${config.repositories.length} rules over ${config.upstreams.size} upstreams, policy ${hash.slice(0, 16)}\n`,
    ...(warnings.length > 0 ? [`odd, but allowed:\n${faultLines(warnings)}`] : []),
    ...findings.map(
      ({ ok, text, mend }) =>
        `${ok ? '  ok' : 'MEND'} ${text}${mend === undefined ? '' : `\n     ${mend}`}\n`,
    ),
  ];
  print(lines.join(''), { policy: hash, warnings, findings });
  if (findings.some(({ ok }) => !ok)) process.exitCode = 1;
}
