/** Takes the store of a configuration as it is in place of the one that its nodes knew. */
import { loadConfig } from '../../config/load.ts';
import { openSecrets, readIntegrityKey } from '../../config/secrets.ts';
import { readJournal } from '../store/journal.ts';
import { storeAddress } from '../store/open.ts';
import { openConnection } from '../store/redis/connection.ts';
import { acceptStore } from '../store/redis/generation.ts';
import { createSealer } from '../store/redis/seal.ts';
import { configFaultCode, faultLines } from './serve.ts';

/** Does it, says so, and sets the exit code. */
export async function acceptStoreOf(file: string): Promise<void> {
  const loaded = await loadConfig(file);
  if (loaded.kind === 'faulty') {
    process.stderr.write(faultLines(loaded.faults));
    process.exitCode = configFaultCode;
    return;
  }
  const { store, audit } = loaded.config;
  const refuse = (text: string): void => {
    process.stderr.write(`sluice: ${text}\n`);
    process.exitCode = 1;
  };
  if (store.kind === 'memory') return refuse('store.kind is memory: there is nothing to accept');
  const known = (await readJournal(audit.directory)).get('store');
  if (known?.kind !== 'store')
    return refuse(
      `no node has kept a store in ${audit.directory}: run this where a node keeps its audit, with its configuration`,
    );

  const secrets = openSecrets({ onWarning: (text) => process.stderr.write(`${text}\n`) });
  const sealer = createSealer(await readIntegrityKey(secrets, store.integrityKey), () => undefined);
  try {
    const address = await storeAddress(store, (source) => secrets.read(source));
    const connection = await openConnection(address, () => undefined);
    try {
      const generation = await acceptStore(connection, sealer, known.generation);
      process.stdout.write(
        `the store is accepted as ${generation} in place of ${known.generation}; running nodes serve again within seconds\n`,
      );
    } finally {
      await connection.close();
    }
  } catch (error) {
    refuse(error instanceof Error ? error.message : String(error));
  }
}
