/** Gates that are broken on purpose: each must make the property fail, or the trials would not see a broken gate. */
import type { OperationPassed } from '../../gateway/store/records.ts';
import type { Store } from '../../gateway/store/store.ts';
import type { BrokenGate } from './world.ts';

/** Keeps the last bytes back and seals nothing: with junk behind its trailer a pack is the host's before the gate. */
const unsealed: BrokenGate = {
  what: 'a gate that only holds back',
  breaks: ['a ref changes only when its push was released'],
  upstream: 'gate: hold',
};

/** The mark belongs to whoever pushed once, and not to the push: the next one passes on it. */
const onceForAll: BrokenGate = {
  what: 'a gate that stays open behind the first push',
  breaks: ['what is released has passed the gate of the store'],
  between(store: Store) {
    const principals = new Map<string, string>();
    const passed = new Map<string, OperationPassed>();
    return {
      ...store,
      enter(operation, seq, how) {
        principals.set(operation.id, operation.principalId);
        return store.enter(operation, seq, how);
      },
      async passGate(passage) {
        const principalId = principals.get(passage.operationId) ?? '';
        const first = passed.get(principalId);
        if (first !== undefined) return { kind: 'passed', passed: first };
        const answer = await store.passGate(passage);
        if (answer.kind === 'passed') passed.set(principalId, answer.passed);
        return answer;
      },
    };
  },
};

/** Lets everything pass, and asks nobody. */
const unasked: BrokenGate = {
  what: 'a gate that asks nobody',
  breaks: ['what is released has passed the gate of the store'],
  between: (store) => ({
    ...store,
    async passGate({ decidedAt, updates }) {
      return { kind: 'passed', passed: { seq: decidedAt + 1, at: await store.now(), updates } };
    },
  }),
};

export const brokenGates: readonly BrokenGate[] = [unsealed, onceForAll, unasked];
