/** Amounts of bytes in the units that git itself shows. */

const units = ['KiB', 'MiB', 'GiB', 'TiB'];

/** `0 bytes`, `640 bytes`, `1.4 MiB`, `312 MiB`; the blank before the unit is one that lines do not break at. */
export function byteWords(bytes: number): string {
  if (bytes < 1_024) return `${bytes}\u00a0${bytes === 1 ? 'byte' : 'bytes'}`;
  let amount = bytes / 1_024;
  let at = 0;
  while (amount >= 1_023.5 && at < units.length - 1) {
    amount /= 1_024;
    at += 1;
  }
  return `${amount < 9.95 ? amount.toFixed(1) : Math.round(amount)}\u00a0${units[at]}`;
}
