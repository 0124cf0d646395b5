/** The identity provider's own pages: choose an account with one click, sign out with another. Plain HTML, no script. */
import { accounts } from './accounts.ts';

/** The page of one sign-in attempt: a form with a button for each account. */
export function signInPage(attempt: string): string {
  const buttons = accounts.map(
    ({ sub, name, groups }) =>
      `<button name="account" value="${sub}"><b>${sub}</b> ${name}, ${groups.join(', ')}</button>`,
  );
  return page(
    'Demo sign-in',
    `<p>Who are you today? There are no passwords here.</p>
<form method="post" action="/sign-in/${encodeURIComponent(attempt)}">${buttons.join('\n')}</form>`,
  );
}

/** The page that asks before the provider forgets who signed in; `form` is the provider's own hidden form. */
export function signOutPage(form: string): string {
  return page(
    'Demo sign-out',
    `${form}<button form="op.logoutForm" name="logout" value="yes">Sign out of the demo provider</button>`,
  );
}

/** A page that says one sentence. */
export function sentencePage(sentence: string): string {
  return page('Demo provider', `<p>${sentence.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</p>`);
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>
  :root { color-scheme: light dark; font: 1.1rem/1.5 system-ui, sans-serif }
  main { max-width: 24rem; margin: 15vh auto; padding: 0 1rem }
  button { display: block; width: 100%; margin: .5rem 0; padding: .75rem; font: inherit; text-align: left; cursor: pointer }
</style>
<main>
<h1>${title}</h1>
${body}
</main>
</html>
`;
}
