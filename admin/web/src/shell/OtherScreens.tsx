/** The screens that are nobody's first: in the head of a wide window, on a phone behind one word where others come before them. */
import { Popover, UnstyledButton } from '@mantine/core';
import { Link, useMatchRoute } from '@tanstack/react-router';
import { useState } from 'react';
import classes from './Header.module.css';

const screens = [
  { to: '/requests', name: 'Requests' },
  { to: '/repositories', name: 'Repositories' },
  { to: '/credentials', name: 'Credentials' },
] as const;

/** @param areFolded the viewer has screens of a role, which leave no room on a phone */
export function OtherScreens({ areFolded }: { areFolded: boolean }) {
  const [isOpen, setOpen] = useState(false);
  const matches = useMatchRoute();
  const here = screens.find(({ to }) => matches({ to }) !== false);
  return (
    <>
      {screens.map(({ to, name }) => (
        <Link key={to} to={to} className={areFolded ? `${classes.link} ${classes.folded}` : classes.link}>
          {name}
        </Link>
      ))}
      {areFolded && (
        <Popover
          opened={isOpen}
          onChange={setOpen}
          position="bottom-end"
          shadow="md"
          radius={12}
          trapFocus
          returnFocus
        >
          <Popover.Target>
            <UnstyledButton
              className={`${classes.link} ${classes.more}`}
              data-status={here === undefined ? undefined : 'active'}
              onClick={() => setOpen(!isOpen)}
            >
              {here?.name ?? 'More'}
              <span aria-hidden="true">▾</span>
            </UnstyledButton>
          </Popover.Target>
          <Popover.Dropdown aria-label="More screens" className={classes.menu}>
            {screens.map(({ to, name }) => (
              <Link key={to} to={to} className={classes.item} onClick={() => setOpen(false)}>
                {name}
              </Link>
            ))}
          </Popover.Dropdown>
        </Popover>
      )}
    </>
  );
}
