import t from 'tap';
import type { Lock } from '../../admin/web/src/api/shapes.ts';
import { lockTarget } from '../../admin/web/src/now/lock-words.ts';

void t.test('a lock is named by what it stops', async (t) => {
  const principal = { id: 'P-1', name: 'Dana\u202e Developer' };
  const cases: readonly (readonly [object, string])[] = [
    [{ principal }, 'Dana\\u202E Developer'],
    [{ principal, right: 'push' }, 'pushes by Dana\\u202E Developer'],
    [{ repository: 'demo/app' }, 'demo/app'],
    [{ repository: 'demo/app', right: 'push' }, 'pushes to demo/app'],
    [{ upstream: 'hub', right: 'fetch' }, 'fetches of all of hub'],
    [{ everything: true }, 'everything'],
    [{ everything: true, right: 'push' }, 'pushes to everything'],
  ];
  for (const [lock, words] of cases) t.equal(lockTarget(lock as Lock), words);
});
