/** Running operations as callers see them, and what became of those that somebody ended. */
import type { Aftermath, Touched } from '../../gateway/grants/aftermath.ts';
import { aftermathText } from '../../gateway/grants/aftermath-text.ts';
import { passedRefs } from '../../gateway/grants/passed-refs.ts';
import type { OperationState } from '../../gateway/store/records.ts';
import type { OperationView, Running } from '../schemas/operations.ts';
import type { FindPerson } from './people.ts';

/** Makes the view of one operation. */
export function viewOperation(state: OperationState, person: FindPerson): OperationView {
  const { operation, passed, bytesUp, bytesDown, nodeSeenAt } = state;
  return {
    ...viewTouched(state, person),
    state: state.state === 'moving' ? state.state : state.state.still,
    grantIds: [...operation.grantIds],
    bytesUp,
    bytesDown,
    nodeSeenAt,
    ...(passed === undefined ? {} : { passed: { at: passed.at, refs: [...passedRefs(passed)] } }),
  };
}

/** Everybody an aftermath names. */
export function peopleIn({ cut, passedBefore, ended, unconfirmed }: Aftermath): readonly string[] {
  return [cut, passedBefore, ended, unconfirmed].flatMap((touched: readonly Touched[]) =>
    touched.map(({ operation }) => operation.principalId),
  );
}

/**
 * Makes the view of an aftermath.
 *
 * @param now the store's time
 */
export function viewRunning(aftermath: Aftermath, person: FindPerson, now: number): Running {
  const { cut, passedBefore, ended, unconfirmed } = aftermath;
  return {
    summary: aftermathText(aftermath, now),
    cut: cut.map((touched) => viewTouched(touched, person)),
    passedBefore: passedBefore.map((touched) => ({
      ...viewTouched(touched, person),
      refs: [...passedRefs(touched.passed)],
      passedAt: touched.passed.at,
      ...(touched.how === undefined ? {} : { outcome: touched.how }),
    })),
    ended: ended.map((touched) => ({ ...viewTouched(touched, person), outcome: touched.how })),
    unconfirmed: unconfirmed.map((touched) => ({
      ...viewTouched(touched, person),
      nodeSeenAt: touched.nodeSeenAt,
      endsBy: touched.endsBy,
    })),
  };
}

function viewTouched({ operation, node }: Touched, person: FindPerson): Running['cut'][number] {
  const { id, principalId, repository, right, door, startedAt } = operation;
  return { id, principal: person(principalId), repository, right, door, node, startedAt };
}
