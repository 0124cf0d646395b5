/** An address of the page that leads to no screen. */
import { ButtonLink } from './ButtonLink.tsx';
import { Screen } from './Screen.tsx';

/** Shown by the router. */
export function NotHere() {
  return (
    <Screen title="Nothing at this address" narrow>
      <p>The address may be cut short. Requests look like /a/R-7F3K9Q2M, the form like /ask/hub/acme/app.</p>
      <div>
        <ButtonLink to="/">My access</ButtonLink>
      </div>
    </Screen>
  );
}
