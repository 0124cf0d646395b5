/** One entry: what it says in a line, and opened, every field with its place in the chain. */
import { useState } from 'react';
import type { Person } from '../api/shapes.ts';
import { Moment } from '../clock/Moment.tsx';
import { clock, viewerZone } from '../clock/page-clock.ts';
import { Tag } from '../shell/Tag.tsx';
import { TextLink } from '../shell/TextLink.tsx';
import { Escaped } from '../text/Escaped.tsx';
import { momentWords } from '../text/moment-words.ts';
import { oneLine } from '../text/one-line.ts';
import { personName } from '../text/person-name.ts';
import classes from './EntryRow.module.css';
import {
  detailOf,
  type Entry,
  grantsIn,
  isBad,
  momentOf,
  outcomeOf,
  peopleIn,
  repositoriesOf,
  textOf,
} from './entry-words.ts';

/** `14:05 CET`, with the day when it is not today. */
function clockWords(at: number): string {
  const { clock: time, zone, day } = momentWords(at, clock.now(), viewerZone);
  return day === 'today' ? `${time} ${zone}` : `${time} ${zone} ${day}`;
}

/** Fields that are the entry's place in its chain. */
const chainFields = ['chain', 'seq', 'prev', 'hash', 'v'];

/**
 * @param people who the ids are, as far as is known
 * @param opened the places of entries that are open, which this one adds itself to
 */
export function EntryRow({
  entry,
  people,
  opened,
}: {
  entry: Entry;
  people: ReadonlyMap<string, Person>;
  opened: Set<string>;
}) {
  const place = `${String(entry.chain)} ${String(entry.seq)}`;
  const [isOpen, setOpen] = useState(() => opened.has(place));
  const named = peopleIn(entry);
  const nameOf = (id: string) => personName(people.get(id) ?? { id });
  const outcome = outcomeOf(entry);
  const operation = textOf(entry.operationId);
  const detail = detailOf(entry, clockWords);
  return (
    <details
      className={classes.entry}
      open={isOpen}
      onToggle={({ currentTarget: { open } }) => {
        if (open) opened.add(place);
        else opened.delete(place);
        setOpen(open);
      }}
    >
      <summary className={classes.line}>
        <span className={classes.when}>
          <Moment at={momentOf(entry)} withSeconds />
        </span>
        <span className={classes.type}>
          <Tag tone={isBad(entry) ? 'bad' : 'quiet'}>
            <Escaped>{String(entry.type)}</Escaped>
          </Tag>
        </span>
        <span className={classes.what}>
          {named.map(nameOf).join(' → ')}{' '}
          <strong>
            <Escaped>{repositoriesOf(entry).join(', ')}</Escaped>
          </strong>{' '}
          {outcome !== undefined && <Escaped>{oneLine(outcome, 120)}</Escaped>}
          {detail !== undefined && (
            <span className={classes.detail} data-short={detail.length <= 40}>
              {' '}
              <Escaped>{oneLine(detail, 120)}</Escaped>
            </span>
          )}
        </span>
      </summary>
      {isOpen && (
        <div className={classes.more}>
          <p className={classes.place}>
            Entry {String(entry.seq)} of chain <Escaped>{String(entry.chain)}</Escaped>. Its hash is taken
            over everything below and the hash of the entry before it, so none of it can be changed unseen.
          </p>
          <dl className={classes.fields}>
            {Object.entries(entry)
              .filter(([name]) => !chainFields.includes(name))
              .map(([name, value]) => (
                <Field key={name} name={name} value={value} people={people} />
              ))}
            <Field name="prev" value={entry.prev} />
            <Field name="hash" value={entry.hash} />
          </dl>
          <p className={classes.links}>
            {named.map((id) => (
              <TextLink key={id} to="/audit" search={{ principal: id }}>
                All of {nameOf(id)}
              </TextLink>
            ))}
            {repositoriesOf(entry).map((repository) => (
              <TextLink key={repository} to="/audit" search={{ repository }}>
                All of <Escaped>{repository}</Escaped>
              </TextLink>
            ))}
            {grantsIn(entry).map((grant) => (
              <TextLink key={grant} to="/audit" search={{ grant }}>
                All of <Escaped>{grant}</Escaped>
              </TextLink>
            ))}
            {operation !== undefined && (
              <TextLink to="/audit" search={{ operation }}>
                All of <Escaped>{operation}</Escaped>
              </TextLink>
            )}
          </p>
        </div>
      )}
    </details>
  );
}

/** Who the ids in a field are, as far as is known. */
function namesIn(text: string, people: ReadonlyMap<string, Person>): readonly string[] {
  const ids = text.match(/P-[0-9A-HJKMNP-TV-Z]+/g) ?? [];
  return [...new Set(ids)].flatMap((id) => {
    const person = people.get(id);
    return person === undefined ? [] : [personName(person)];
  });
}

function Field({
  name,
  value,
  people,
}: {
  name: string;
  value: unknown;
  people?: ReadonlyMap<string, Person>;
}) {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  const names = people === undefined ? [] : namesIn(text, people);
  return (
    <>
      <dt>
        <Escaped>{name}</Escaped>
      </dt>
      <dd>
        <Escaped>{text}</Escaped>
        {names.length > 0 && ` (${names.join(', ')})`}
        {/(^a|A)t$/.test(name) && typeof value === 'number' && (
          <>
            {' '}
            (<Moment at={value} withSeconds />)
          </>
        )}
      </dd>
    </>
  );
}
