/** Names of refs as people write them. */

/** What git people write short: a branch's bare name. */
export function fullRefName(text: string): string {
  const ref = text.trim();
  return ref === '' || ref.startsWith('refs/') ? ref : `refs/heads/${ref}`;
}

/** Whether git takes it as the name of one ref, by the rules of git-check-ref-format that a slip of the hand breaks; a pattern is none. */
export function isRefName(ref: string): boolean {
  return (
    /^refs\/[^/]+\/[^/]/.test(ref) && !/[\s\p{Cc}~^:?*[\\]|\.\.|@\{|\/\/|\/\.|\.lock(\/|$)|[./]$/u.test(ref)
  );
}
