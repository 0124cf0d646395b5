/** The gateway of a bench: a process of its own, as `sluice serve` would be, that also makes one credential and prints it. */
import { pino } from 'pino';
import { loadConfig } from '../../config/load.ts';
import { issueAccounts } from '../../gateway/demo/demo-accounts.ts';
import { startGateway } from '../../gateway/gateway.ts';
import type { ReadyFacts } from './ready-facts.ts';

const loaded = await loadConfig(process.argv[2] ?? '');
if (loaded.kind === 'faulty')
  throw new Error(loaded.faults.map(({ field, message }) => `${field} ${message}`).join('\n'));
const gateway = await startGateway(loaded.config, { log: pino({ level: 'warn' }), webRoot: '/nonexistent' });
const { developer } = await issueAccounts(gateway, loaded.config.oidc.issuer);
process.once('SIGTERM', () => void gateway.close('bench-ended').then(() => process.exit(0)));
const facts: ReadyFacts = { port: gateway.httpsPort, credential: developer.git };
process.stdout.write(`${JSON.stringify(facts)}\n`);
