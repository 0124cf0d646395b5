/** What a bench has one of its gateway processes do in the store, as that node. */
import type { Lock } from '../../gateway/store/records.ts';
import type { Program } from '../servers/program.ts';

export type Order = { readonly number: number } & (
  | { readonly kind: 'grant' | 'revoke'; readonly repository: string }
  | { readonly kind: 'lock'; readonly on: Lock['on'] }
  | { readonly kind: 'lift'; readonly lockId: string }
  /** `collected`: everything that nobody holds is thrown away first. */
  | { readonly kind: 'memory'; readonly collected: boolean }
);

/** An order without its number. */
export type Ordered = Order extends infer Each ? (Each extends Order ? Omit<Each, 'number'> : never) : never;

export interface OrderAnswer {
  readonly order: number;
  /** The store's time of the change; of `grant` its end; of `memory` the node's. */
  readonly at: number;
  readonly lockId?: string;
  /** Epoch ms at which the node that locked heard of each operation that it stands still. */
  readonly stillAt?: readonly number[];
  readonly memory?: NodeJS.MemoryUsage;
}

/** Gives a gateway process its orders, one line each, and hears their answers. */
export function giveOrders(program: Program): (order: Ordered) => Promise<OrderAnswer> {
  const { stdin, stdout } = program.child;
  if (stdin === null || stdout === null) throw new Error('the gateway of a bench is told what to do');
  const waiting = new Map<number, { answered(answer: OrderAnswer): void; failed(error: Error): void }>();
  let over: Error | undefined;
  // One for all orders: a listener each would pile up on a process that lives through hundreds of them.
  program.child.once('close', () => {
    over = new Error(`the gateway ended:\n${program.output()}`);
    for (const { failed } of waiting.values()) failed(over);
    waiting.clear();
  });
  let line = '';
  stdout.on('data', (text: string) => {
    const lines = (line + text).split('\n');
    line = lines.pop() ?? '';
    for (const each of lines.filter((each) => each.startsWith('{"at"'))) {
      const answer = JSON.parse(each) as OrderAnswer;
      waiting.get(answer.order)?.answered(answer);
      waiting.delete(answer.order);
    }
  });
  let number = 0;
  return (order) =>
    new Promise((answered, failed) => {
      if (over !== undefined) return failed(over);
      number += 1;
      waiting.set(number, { answered, failed });
      stdin.write(`${JSON.stringify({ ...order, number })}\n`);
    });
}
