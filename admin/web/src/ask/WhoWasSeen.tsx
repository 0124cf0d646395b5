/** Who was seen lately of those that would answer for a repository. */
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { seenWords } from '../access/answerer-words.ts';
import { NobodySeen } from '../access/NobodySeen.tsx';
import { rulesQuery } from '../api/queries.ts';
import { Escaped } from '../text/Escaped.tsx';
import classes from './AskSummary.module.css';

/** How long the name has to stand still until the gateway is asked, in ms. */
const settledMs = 400;

/** An empty line until the gateway has answered for this very name, so that nothing moves when it has. */
export function WhoWasSeen({ repository, right }: { repository: string; right: 'fetch' | 'push' }) {
  const [settled] = useDebouncedValue(repository, settledMs);
  const { data, isPlaceholderData } = useQuery(rulesQuery(settled));
  if (data === undefined || isPlaceholderData || settled !== repository)
    return <span className={classes.quiet}>{'\u00a0'}</span>;
  const rule = data.rules.find(({ number }) => number === data.matched);
  const answerers = rule?.rights.find((one) => one.right === right)?.answerers ?? [];
  const words = seenWords(answerers);
  return (
    <>
      {words !== '' && (
        <span className={classes.quiet}>
          <Escaped>{words}</Escaped>
        </span>
      )}
      <NobodySeen answerers={answerers} />
    </>
  );
}
