/** Added latency of a granted `info/refs` on a kept connection, beside the two things a recorded decision cannot do without. */
import { open, readFile, rm } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { median, quantile, table } from './figures.ts';
import type { Effort } from './main.ts';
import { cpuSeconds } from './process-use.ts';
import { type Rig, type Side, stillRepository } from './rig.ts';

/** Requests through one side before the other has its turn. */
const inARow = 50;

export async function measureLatency(rig: Rig, effort: Effort): Promise<string> {
  const syncs = await timed(effort.requests / 2, fdatasyncIn(rig.auditDirectory));
  const pings = await timed(effort.requests, redisPing(rig.redis));
  const still = await inTurn(rig, stillRepository, effort.requests);
  const real = await inTurn(rig, rig.repositories.name, effort.requests);
  const both = (values: readonly number[]) =>
    `median ${median(values).toFixed(3)} ms, p99 ${quantile(values, 0.99).toFixed(3)} ms`;
  return table(
    `GET info/refs?service=git-upload-pack, protocol v2, kept connection, ${effort.requests} requests a side`,
    [
      ['', 'nginx', 'Sluice', 'added'],
      ...rows('host answers from memory', still),
      ...rows('host runs git http-backend', real),
    ],
    [
      `fdatasync of 512 bytes in the audit directory: ${both(syncs)}`,
      `Redis PING: ${both(pings)}`,
      `bar for the added median: 1 ms + one fdatasync + one PING = ${(1 + median(syncs) + median(pings)).toFixed(2)} ms`,
    ],
  );
}

/** Milliseconds of each request and CPU milliseconds of the proxy a request, in the order of the rig's sides. */
interface Measured {
  readonly times: readonly (readonly number[])[];
  readonly cpuMs: readonly number[];
}

/** Asks through one side and then the other; the first turn of each does not count. */
async function inTurn(rig: Rig, repository: string, requests: number): Promise<Measured> {
  const ca = await readFile(rig.caFile);
  const times: number[][] = rig.sides.map(() => []);
  const cpu = rig.sides.map(() => 0);
  const agents = rig.sides.map(() => new Agent({ keepAlive: true, maxSockets: 1, ca }));
  for (let done = -inARow; done < requests; done += inARow) {
    for (const [index, side] of rig.sides.entries()) {
      const before = cpuSeconds(side.pid);
      for (let each = 0; each < inARow; each += 1) {
        const ms = await oneRequest(side, repository, agents[index]);
        if (done >= 0) times[index]?.push(ms);
      }
      if (done >= 0) cpu[index] = (cpu[index] ?? 0) + cpuSeconds(side.pid) - before;
    }
  }
  for (const agent of agents) agent.destroy();
  return { times, cpuMs: cpu.map((seconds) => (seconds * 1000) / requests) };
}

function rows(name: string, { times: [nginx = [], sluice = []], cpuMs }: Measured): string[][] {
  const row = (label: string, ofNginx: number, ofSluice: number) => [
    `${name}: ${label}`,
    ...[ofNginx, ofSluice, ofSluice - ofNginx].map((value) => value.toFixed(2)),
  ];
  return [
    row('median, ms', median(nginx), median(sluice)),
    row('p99, ms', quantile(nginx, 0.99), quantile(sluice, 0.99)),
    row('CPU of the proxy, ms/request', cpuMs[0] ?? 0, cpuMs[1] ?? 0),
  ];
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
