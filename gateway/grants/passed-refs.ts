/** The refs of a push that passed the gate, for people. */
import type { OperationPassed } from '../store/records.ts';

/** Names as text; bytes that are no UTF-8 show as U+FFFD. */
export function passedRefs({ updates }: OperationPassed): readonly string[] {
  return updates.map(({ ref }) =>
    typeof ref === 'string' ? ref : Buffer.from(ref.base64, 'base64').toString(),
  );
}
