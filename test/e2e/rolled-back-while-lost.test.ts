import { once } from 'node:events';
import { cp, rm } from 'node:fs/promises';
import t from 'tap';
import { makeAppRepository } from '../../gateway/demo/sample-repository.ts';
import { prefix } from '../../gateway/store/redis/script.ts';
import { aSite } from './nodes.ts';

t.setTimeout(300_000);

void t.test(
  'a node that begins on older audit files while the store is lost stops once it is back, and does not begin again',
  async (t) => {
    const site = await aSite(t);
    await makeAppRepository(site.repositories);
    const first = await site.node('a');
    const { auditDirectory } = first;
    await first.program.stop('SIGTERM');
    const older = `${auditDirectory}-older`;
    await cp(auditDirectory, older, { recursive: true });
    const second = await site.node('a');
    await second.program.stop('SIGTERM');
    await rm(auditDirectory, { recursive: true });
    await cp(older, auditDirectory, { recursive: true });

    const mark = String(await site.redis.admin('HGET', `${prefix}locks`, 'generation'));
    await site.redis.admin('HSET', `${prefix}locks`, 'generation', 'another');
    const third = await site.node('a');
    const ended = once(third.program.child, 'close');
    await site.redis.admin('HSET', `${prefix}locks`, 'generation', mark);
    const [code] = (await ended) as [number];
    t.equal(code, 1);
    t.match(
      third.program.output(),
      /cannot go on: audit\.rolled-back: this node began while the store was lost, and the files of chain/,
    );
    const entries = await third.entries();
    t.match(
      entries.filter(({ type }) => type === 'node.alarm').map(({ alarm }) => alarm),
      ['store-lost', 'audit-head-not-compared', 'store-back', 'audit-rolled-back'],
      'what it saw is on record',
    );

    // However many it has by now, they are not those that the store knew.
    await t.rejects(site.node('a'), { message: /cannot start: audit\.rolled-back: the files of chain/ });
  },
);
