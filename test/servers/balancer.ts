/** A TCP balancer that sends connections to its targets in turn, as an operator's would without stickiness. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { Ending } from './ending.ts';

/** A running balancer. */
export interface Balancer {
  readonly port: number;
  /** How many connections each target got, in the order of the targets. */
  readonly counts: readonly number[];
  /** The index of the target the next connection goes to; assign to steer. */
  next: number;
}

/** Starts a balancer on a free port of 127.0.0.1; it is closed with the test. */
export async function startBalancer(test: Ending, targets: readonly number[]): Promise<Balancer> {
  const open = new Set<Socket>();
  const counts = targets.map(() => 0);
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const index = balancer.next % targets.length;
    balancer.next = index + 1;
    counts[index] = (counts[index] ?? 0) + 1;
    const target = connect({
      host: '127.0.0.1',
      port: targets[index] ?? 0,
      allowHalfOpen: true,
      noDelay: true,
    });
    for (const [one, other] of [
      [client, target],
      [target, client],
    ] as const) {
      open.add(one);
      one.pipe(other);
      one.on('error', () => other.resetAndDestroy());
      one.on('close', () => {
        open.delete(one);
        other.destroySoon();
      });
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const balancer: Balancer = { port: (server.address() as AddressInfo).port, counts, next: 0 };
  test.teardown(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of open) socket.destroy();
    await closed;
  });
  return balancer;
}
