import t from 'tap';
import { startSentinels } from '../../servers/redis-sentinel.ts';
import { runContract } from '../contract.ts';
import { emptied } from './ground.ts';

void t.test('a primary that sentinels name keeps the contract, under the minimal ACL user', async (t) => {
  const { first, address } = await startSentinels(t, 30_000);
  runContract(t, (t) => emptied(t, first, address));
});
