import t from 'tap';
import { startCluster } from '../../servers/redis-cluster.ts';
import { runContract } from '../contract.ts';
import { emptied } from './ground.ts';

for (const shards of [1, 3])
  void t.test(`a cluster of ${shards} keeps the contract, under the minimal ACL user`, async (t) => {
    const { owner, address } = await startCluster(t, shards);
    runContract(t, (t) => emptied(t, owner, address));
  });
