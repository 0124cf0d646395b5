/** Counts with their noun. */

/** `1 grant`, `3 grants`. */
export function counted(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}
