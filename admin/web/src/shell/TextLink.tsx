/** A link to another screen within text. */
import { Anchor, type AnchorProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, ReactNode, Ref } from 'react';

type Props = AnchorProps &
  Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof AnchorProps> & {
    ref?: Ref<HTMLAnchorElement>;
    children?: ReactNode;
  };

/** Typed like the router's own link. */
export const TextLink = createLink((props: Props) => <Anchor underline="always" {...props} />);
