/** Text of strangers made fit for a terminal. */

/** Control, format and line-breaking characters become spaces or vanish, so that no text of another moves a cursor, starts a line or turns direction (case K3); cut after `limit` characters. */
export function oneLine(text: string, limit: number): string {
  const clean = text
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll(/[\p{Cf}\p{Cs}]/gu, '')
    .trim();
  const characters = [...clean];
  return characters.length > limit ? `${characters.slice(0, limit - 1).join('')}…` : clean;
}
