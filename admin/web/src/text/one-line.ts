/** Texts of several lines where there is room for one. */

/** Line breaks and runs of blanks become one blank; what is longer than `most` characters ends in `…`. */
export function oneLine(text: string, most: number): string {
  const line = [...text.replaceAll(/[\t\n\r ]+/g, ' ').trim()];
  return line.length > most ? `${line.slice(0, most - 1).join('')}…` : line.join('');
}
