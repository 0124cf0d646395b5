/** Puts a text on the clipboard and says that it did. */
import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import classes from './CopyButton.module.css';
import { Icon } from './Icon.tsx';

const saidMs = 2_000;

/** @param of what is copied, for those who do not see what stands beside the button */
export function CopyButton({ text, of }: { text: string; of: string }) {
  const [state, setState] = useState<'ready' | 'copied' | 'refused'>('ready');

  useEffect(() => {
    if (state === 'ready') return undefined;
    const timer = setTimeout(() => setState('ready'), saidMs);
    return () => clearTimeout(timer);
  }, [state]);

  const copy = () => {
    // Browsers take the clipboard away from pages in frames and behind policies; the text can still be marked by hand.
    void Promise.resolve(
      navigator.clipboard?.writeText(text) ?? Promise.reject(new Error('no clipboard')),
    ).then(
      () => setState('copied'),
      () => setState('refused'),
    );
  };

  return (
    <Button
      variant="subtle"
      size="compact-sm"
      onClick={copy}
      leftSection={<Icon name={state === 'copied' ? 'check' : 'copy'} />}
      aria-label={`Copy ${of}`}
      aria-live="polite"
      className={classes.button}
      classNames={{ section: classes.sign, label: classes.words }}
    >
      {state === 'ready' ? 'Copy' : state === 'copied' ? 'Copied' : 'Mark it'}
    </Button>
  );
}
