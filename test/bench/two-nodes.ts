/** What the cut benches run on: two gateway processes over one Redis full of other keys, and a canned host behind them. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { initCertificates } from '../../certs/init.ts';
import type { Pace } from '../servers/canned-host.ts';
import { programBeside } from '../servers/clone.ts';
import type { Ending } from '../servers/ending.ts';
import { startProgram } from '../servers/program.ts';
import { startRedis } from '../servers/redis.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';
import { type GatewayNode, startGatewayNode } from './gateway-node.ts';
import { readyFacts } from './ready-facts.ts';
import { sshCommand } from './ssh-command.ts';

export interface TwoNodes {
  /** Where revocations and locks are made. */
  readonly changes: GatewayNode;
  /** Where the transfers run. */
  readonly carries: GatewayNode;
  readonly ca: string;
  readonly caFile: string;
  /** The door its clients come to. */
  readonly door: Door;
  /** For clients of the SSH door of the node that carries. */
  readonly sshCommand: string;
  /** For what a bench makes; empty. */
  readonly work: string;
}

export type Door = 'https' | 'ssh';

/** As the tables say it. The host is asked over HTTP either way. */
export const doorNames: Readonly<Record<Door, string>> = { https: 'HTTPS door', ssh: 'SSH door' };

/** Other keys with a TTL in the store: expiry of keys must not be what ends anything. */
export const otherKeys = 50_000;

export async function startTwoNodes(
  end: Ending,
  repository: string,
  door: Door,
  pace?: Pace,
): Promise<TwoNodes> {
  const directory = await temporaryDirectory(end);
  const work = join(directory, 'work');
  await mkdir(work);
  const certificates = join(directory, 'certs');
  await initCertificates(certificates, ['localhost', '127.0.0.1'], new Date());
  const caFile = join(certificates, 'ca.crt');
  const redis = await startRedis(end);
  await redis.admin(
    'EVAL',
    `for i = 1, ${otherKeys} do redis.call('SET', 'other:' .. i, i, 'EX', 3600 + i % 600) end return 1`,
    '0',
  );
  const paced = pace === undefined ? [] : [String(pace.pieceBytes), String(pace.everyMs)];
  const host = programBeside(import.meta.url, './host-process');
  const program = startProgram(end, process.execPath, [...host, repository, ...paced]);
  const { port: hostPort } = await readyFacts(program);
  const place = { directory, hostPort, redis };
  const carries = await startGatewayNode(end, 'carries', { ...place, sshDoor: door === 'ssh' });
  const knownHosts = join(directory, 'known_hosts');
  const hostKey = await readFile(join(certificates, 'ssh_host_ed25519_key.pub'), 'utf8');
  await writeFile(knownHosts, `[127.0.0.1]:${carries.sshPort} ${hostKey}`);
  return {
    changes: await startGatewayNode(end, 'changes', place),
    carries,
    door,
    sshCommand: sshCommand(carries.sshKeyFile, knownHosts),
    ca: await readFile(caFile, 'utf8'),
    caFile,
    work,
  };
}
