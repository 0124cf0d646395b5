/** The API's messages are clauses; on a page they stand as sentences. */

/** Upper case first, an end mark last: `try again` becomes `Try again.` */
export function sentence(clause: string): string {
  const text = clause.trim();
  if (text === '') return '';
  const [first = ''] = text;
  const whole = first.toUpperCase() + text.slice(first.length);
  return /[.!?…]$/.test(whole) ? whole : `${whole}.`;
}
