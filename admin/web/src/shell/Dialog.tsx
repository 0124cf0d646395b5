/** A window over the page that holds one question; it takes the focus and gives it back. */
import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './Dialog.module.css';

/** @param keepsOpen a click beside it does not close it, for what would be lost */
export function Dialog({
  title,
  isOpen,
  onClose,
  keepsOpen = false,
  children,
}: {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  keepsOpen?: boolean;
  children: ReactNode;
}) {
  return (
    <Modal.Root
      opened={isOpen}
      onClose={onClose}
      size={480}
      radius={12}
      closeOnClickOutside={!keepsOpen}
      classNames={{ content: classes.content ?? '' }}
    >
      <Modal.Overlay />
      <Modal.Content>
        {/* Not Modal.Header: that is a second banner of the page. */}
        <div className={classes.head}>
          <Modal.Title className={classes.title}>{title}</Modal.Title>
          <Modal.CloseButton aria-label="Close" />
        </div>
        <Modal.Body className={classes.body}>{children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
