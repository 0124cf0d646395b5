/** A real Redis on a free port, with the minimal ACL user of docs/store.md and nobody else. */

import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient } from 'redis';
import type { RedisAddress } from '../../gateway/store/redis/address.ts';
import { dyingWithUs } from './dying-with.ts';
import type { Ending } from './ending.ts';
import { freePort } from './free-port.ts';
import { temporaryDirectory } from './temporary-directory.ts';

export interface RedisServer {
  readonly port: number;
  readonly username: string;
  readonly password: string;
  /** As the minimal user. */
  readonly address: RedisAddress;
  readonly process: ChildProcess;
  /** Where its files lie. */
  readonly directory: string;
  /** The administrator's, for peers that follow it: replicas and sentinels. */
  readonly adminPassword: string;
  /** Runs a command as an administrator, whom the gateway never is. */
  admin(...command: string[]): Promise<unknown>;
  /** Starts again, on the same port and files, after `process` was ended. */
  restart(): Promise<void>;
}

/** The rules that docs/store.md gives for the gateway's user. */
export const minimalRules =
  '~sluice:v1:* &sluice:v1:* resetchannels &sluice:v1:{sluice}:* -@all +evalsha +eval +script|load +hello +auth +ping +select +client|setname +client|id +subscribe +unsubscribe +publish +time +get +set +getdel +del +exists +incr +hset +hget +hmget +hgetall +hdel +hexists +zadd +zrem +zcard +zpopmin +zscore +zrange +zrevrange +zrangebyscore +zrevrangebyscore +zremrangebyscore +xadd +xrange +xrevrange +xtrim +pexpire +pexpireat +config|get +info +role +cluster|slots +acl|whoami';

/** What an administrator's connections are made after: to set up each anew takes longer than what it is asked. */
const adminPattern = createClient({ RESP: 2 });

/** @param more arguments behind ours; the last of a kind counts */
export async function startRedis(
  test: Ending,
  more: readonly string[] = [],
  { adminPassword = secret(), password = secret() } = {},
): Promise<RedisServer> {
  const directory = await temporaryDirectory(test);
  const port = await freePort();
  const username = 'sluice';
  const acl = join(directory, 'users.acl');
  await writeFile(
    acl,
    `user default off ~* &* +@all\nuser admin on >${adminPassword} ~* &* +@all\nuser ${username} on >${password} ${minimalRules}\n`,
  );
  const start = (): ChildProcess =>
    spawn(
      ...dyingWithUs('redis-server', [
        ...['--port', String(port), '--bind', '127.0.0.1', '--dir', directory, '--aclfile', acl],
        ...[
          '--save',
          '',
          '--appendonly',
          'yes',
          '--appendfsync',
          'always',
          '--maxmemory-policy',
          'noeviction',
        ],
        ...more,
      ]),
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
  const ready = async (child: ChildProcess): Promise<void> => {
    let said = '';
    await new Promise<void>((resolve, reject) => {
      child.stdout?.on('data', (piece: Buffer) => {
        said += piece.toString();
        if (said.includes('Ready to accept connections')) resolve();
      });
      child.once('close', () => reject(new Error(`redis-server ended:\n${said}`)));
    });
    child.stdout?.removeAllListeners('data');
    child.stdout?.resume();
    child.stderr?.resume();
  };
  let child = start();
  await ready(child);
  test.teardown(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'close');
    child.kill('SIGKILL');
    await ended;
  });
  const server: RedisServer = {
    port,
    username,
    password,
    directory,
    adminPassword,
    address: { host: '127.0.0.1', port, username, password, tls: undefined, timeoutMs: 2_000 },
    get process() {
      return child;
    },
    async admin(...command) {
      const client = adminPattern.duplicate({
        socket: { host: '127.0.0.1', port },
        username: 'admin',
        password: adminPassword,
      });
      client.on('error', () => undefined);
      await client.connect();
      try {
        return await client.sendCommand(command);
      } finally {
        client.destroy();
      }
    },
    async restart() {
      child = start();
      await ready(child);
    },
  };
  return server;
}

function secret(): string {
  return randomBytes(18).toString('hex');
}
