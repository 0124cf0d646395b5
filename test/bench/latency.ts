/** Added latency of a granted `info/refs` on a kept connection, beside the two things a recorded decision cannot do without. */
import { open, readFile, rm } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { median, quantile, table } from './figures.ts';
import type { Effort } from './main.ts';
import { cpuSeconds } from './process-use.ts';
import type { Rig, Side } from './rig.ts';

/** Requests through one side before the other has its turn. */
const inARow = 50;

export async function measureLatency(rig: Rig, effort: Effort): Promise<string> {
  const ca = await readFile(rig.caFile);
  const times: number[][] = rig.sides.map(() => []);
  const cpu = rig.sides.map(() => 0);
  const agents = rig.sides.map(() => new Agent({ keepAlive: true, maxSockets: 1, ca }));
  for (let done = -inARow; done < effort.requests; done += inARow) {
    for (const [index, side] of rig.sides.entries()) {
      const before = cpuSeconds(side.pid);
      for (let each = 0; each < inARow; each += 1) {
        const ms = await oneRequest(side, rig.repositories.name, agents[index]);
        if (done >= 0) times[index]?.push(ms);
      }
      if (done >= 0) cpu[index] = (cpu[index] ?? 0) + cpuSeconds(side.pid) - before;
    }
  }
  for (const agent of agents) agent.destroy();

  const syncs = await timed(effort.requests / 2, fdatasyncIn(rig.auditDirectory));
  const pings = await timed(effort.requests, redisPing(rig.redis));
  const [nginx = [], sluice = []] = times;
  const row = (name: string, value: (values: readonly number[]) => number) => [
    name,
    value(nginx).toFixed(2),
    value(sluice).toFixed(2),
    (value(sluice) - value(nginx)).toFixed(2),
  ];
  const both = (values: readonly number[]) =>
    `median ${median(values).toFixed(3)} ms, p99 ${quantile(values, 0.99).toFixed(3)} ms`;
  return table(
    `GET info/refs?service=git-upload-pack, protocol v2, kept connection, ${effort.requests} requests a side`,
    [
      ['', 'nginx', 'Sluice', 'added'],
      row('median, ms', median),
      row('p99, ms', (values) => quantile(values, 0.99)),
      ['CPU of the proxy, ms/request', ...perRequest(cpu, effort.requests)],
    ],
    [
      `fdatasync of 512 bytes in the audit directory: ${both(syncs)}`,
      `Redis PING: ${both(pings)}`,
      `bar for the added median: 1 ms + one fdatasync + one PING = ${(1 + median(syncs) + median(pings)).toFixed(2)} ms`,
    ],
  );
}

function perRequest([nginx = 0, sluice = 0]: readonly number[], requests: number): string[] {
  const ms = (seconds: number) => ((seconds * 1000) / requests).toFixed(2);
  return [ms(nginx), ms(sluice), ms(sluice - nginx)];
}

function oneRequest(side: Side, repository: string, agent: Agent | undefined): Promise<number> {
  const url = new URL(`${side.repositoryUrl(repository)}/info/refs?service=git-upload-pack`);
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    request(url, { agent, headers: { 'Git-Protocol': 'version=2' } }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${side.name} answered ${response.statusCode}`));
      response.resume().once('end', () => resolve(performance.now() - startedAt));
    })
      .once('error', reject)
      .end();
  });
}

/** A thing done again and again, and what ends it. */
interface Repeated {
  once(): Promise<void>;
  end(): Promise<void>;
}

async function timed(times: number, making: Promise<Repeated>): Promise<number[]> {
  const repeated = await making;
  const all: number[] = [];
  for (let index = 0; index < times; index += 1) {
    const startedAt = performance.now();
    await repeated.once();
    all.push(performance.now() - startedAt);
  }
  await repeated.end();
  return all;
}

async function fdatasyncIn(directory: string): Promise<Repeated> {
  const path = join(directory, 'bench-fdatasync');
  const file = await open(path, 'a');
  const line = Buffer.alloc(512, 'x');
  return {
    async once() {
      await file.write(line);
      await file.datasync();
    },
    async end() {
      await file.close();
      await rm(path);
    },
  };
}

async function redisPing({ port, username, password }: Rig['redis']): Promise<Repeated> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  await say(socket, `AUTH ${username} ${password}\r\n`, '+OK\r\n');
  return {
    once: () => say(socket, 'PING\r\n', '+PONG\r\n'),
    async end() {
      socket.destroy();
    },
  };
}

function say(socket: Socket, command: string, expected: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('data', (answer: Buffer) => {
      if (answer.toString() === expected) resolve();
      else reject(new Error(`Redis answered ${JSON.stringify(answer.toString())}`));
    });
    socket.write(command);
  });
}
