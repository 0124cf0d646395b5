/** A link to another screen that looks like a button. */
import { Button, type ButtonProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, ReactNode, Ref } from 'react';

type Props = ButtonProps &
  Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof ButtonProps> & {
    ref?: Ref<HTMLAnchorElement>;
    children?: ReactNode;
  };

/** Typed like the router's own link. */
export const ButtonLink = createLink((props: Props) => <Button component="a" {...props} />);
