/** What is left to do once a request is decided: use what was granted, or ask again. */
import type { ElevationRequest, Me } from '../api/shapes.ts';
import { spanText } from '../ask/duration-choice.ts';
import { ButtonLink } from '../shell/ButtonLink.tsx';
import { Notice } from '../shell/Notice.tsx';
import { updateKinds } from '../text/update-kinds.ts';

/** @param me whose page it is; others than the requester are only told how it went
 * @param didLose their answer came second, which is said elsewhere */
export function NextStep({
  request,
  me,
  didLose = false,
}: {
  request: ElevationRequest;
  me: Me;
  didLose?: boolean;
}) {
  const [scope] = request.scopes;
  const { state } = request;
  if (request.principal.id !== me.principal.id) {
    const didAnswer = !didLose && request.answers.some(({ by }) => by.id === me.principal.id);
    return (
      <>
        {didAnswer && <Notice tone={state === 'denied' ? 'quiet' : 'good'}>Your answer is recorded.</Notice>}
        <ButtonLink to="/approvals" variant="default" size="md">
          Other requests
        </ButtonLink>
      </>
    );
  }
  if (state === 'approved') {
    return (
      <ButtonLink to="/" size="md">
        Go to my access
      </ButtonLink>
    );
  }
  if (scope === undefined || state === 'pending') return null;
  return (
    <ButtonLink
      to="/ask/$"
      params={{ _splat: scope.repository }}
      search={{
        right: scope.right,
        ...(scope.refs.length > 0 ? { ref: [...scope.refs] } : {}),
        ...(scope.kinds.length < updateKinds.length ? { kind: [...scope.kinds] } : {}),
        for: spanText(request.durationMs),
      }}
      variant="default"
      size="md"
    >
      Ask again
    </ButtonLink>
  );
}
