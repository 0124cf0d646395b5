/** What was asked for and what became of it, newest first: the viewer's own, or all that they may see. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { meQuery } from '../api/queries.ts';
import { seesOthers } from '../api/seen-grants.ts';
import { QueueRow } from '../approvals/QueueRow.tsx';
import { ButtonLink } from '../shell/ButtonLink.tsx';
import { Empty } from '../shell/Empty.tsx';
import { Screen } from '../shell/Screen.tsx';
import { RequestFilter } from './RequestFilter.tsx';
import { RequestPages } from './RequestPages.tsx';
import { RequestRow } from './RequestRow.tsx';
import { wishOf } from './request-search.ts';

const route = getRouteApi('/requests');

/** Requests. */
export function RequestsScreen() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const me = useQuery(meQuery);
  const { of, state, find } = search;
  return (
    <Screen title={of === 'all' ? 'Requests' : 'My requests'}>
      <RequestFilter
        key={find ?? ''}
        search={search}
        seesOthers={seesOthers(me.data)}
        onSearch={(to) => void navigate({ to: '/requests', search: to })}
      />
      <RequestPages
        key={JSON.stringify(search)}
        wish={wishOf(search)}
        empty={
          of === undefined && state === undefined && find === undefined ? (
            <Empty
              title="You have not asked for anything yet"
              action={<ButtonLink to="/ask">Ask for access</ButtonLink>}
            >
              <p>Each request stays here with who answered it and why, also when nobody did.</p>
            </Empty>
          ) : (
            <Empty title="No request fits">
              <p>
                What is looked for is a part of a repository’s name, of the reason, of the id, or of the name
                or e-mail of who asked.
              </p>
            </Empty>
          )
        }
      >
        {(request) =>
          of === 'all' ? (
            <QueueRow key={request.id} request={request} />
          ) : (
            <RequestRow key={request.id} request={request} />
          )
        }
      </RequestPages>
    </Screen>
  );
}
