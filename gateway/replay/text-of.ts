/** What can be read of a text from outside. */

/** The text of an entry's field; of bytes that are none what could be read, as the gateway itself saw it. */
export function textOf(value: string | { readonly text: string }): string {
  return typeof value === 'string' ? value : value.text;
}

/** Whether an entry holds no more than the head of the text. */
export function isCut(value: string | { readonly length?: number | undefined }): boolean {
  return typeof value !== 'string' && value.length !== undefined;
}
