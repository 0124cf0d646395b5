/** Moments as the browser's own field for date and time takes them: in the viewer's zone, to the second. */

/** What the field shows for a moment of the address, RFC 3339 or epoch ms; empty for what is none. */
export function localInput(moment: string | undefined): string {
  if (moment === undefined) return '';
  const at = new Date(/^\d+$/.test(moment) ? Number(moment) : moment);
  if (Number.isNaN(at.getTime())) return '';
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${String(at.getFullYear()).padStart(4, '0')}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** The moment for what the field holds, as RFC 3339 in UTC; undefined for nothing. */
export function momentOfInput(local: string): string | undefined {
  const at = new Date(local);
  return local === '' || Number.isNaN(at.getTime()) ? undefined : at.toISOString().replace('.000Z', 'Z');
}
