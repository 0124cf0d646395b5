/** A screen that broke while it was drawn: a fault of the page, said as such. */
import { Button } from '@mantine/core';
import { Screen } from './Screen.tsx';

/** Shown by the router. A part of the page that is gone because the gateway was renewed is the usual cause. */
export function Broken() {
  return (
    <Screen title="This screen broke" narrow>
      <p>
        It is the page’s fault, not yours. If the gateway was renewed since you opened the page, reloading is
        all it takes; nothing you asked for or answered is lost.
      </p>
      <div>
        <Button onClick={() => window.location.reload()}>Reload</Button>
      </div>
    </Screen>
  );
}
