/** A warning where nobody came lately who could answer, and what to do about it. */
import type { Answerers } from '../api/shapes.ts';
import { Notice } from '../shell/Notice.tsx';
import { Escaped } from '../text/Escaped.tsx';
import { unseenGroups } from './answerer-words.ts';

/** Nothing where somebody did, or where it is not known. */
export function NobodySeen({ answerers }: { answerers: readonly Answerers[] }) {
  const groups = unseenGroups(answerers);
  if (groups === '') return null;
  return (
    <Notice
      tone="warn"
      title={
        <>
          Nobody of <Escaped>{groups}</Escaped> was seen in the last 30 days
        </>
      }
    >
      It may lapse unread. Ask one of them yourself to sign in here, or ask whoever runs this gateway who else
      can answer.
    </Notice>
  );
}
