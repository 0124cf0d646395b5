/** Nobody is signed in: the way back in, and nothing that the gateway knows. */
import { Button } from '@mantine/core';
import { signInAddress } from '../api/sign-in.ts';
import { Screen } from './Screen.tsx';
import classes from './SignedOut.module.css';

/** Stands alone, without the head of the page. */
export function SignedOut() {
  return (
    <main className={classes.main}>
      <Screen title="You are signed out" narrow>
        <p className={classes.text}>
          Sign in to ask for access, answer requests and see what you hold. Access you have goes on until its
          end; signing out does not cut what is running.
        </p>
        <div>
          <Button component="a" href={signInAddress()} size="md">
            Sign in
          </Button>
        </div>
      </Screen>
    </main>
  );
}
