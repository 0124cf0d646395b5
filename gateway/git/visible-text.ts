/** Text for a person's terminal, made harmless: no cursor moved, no line begun, no direction turned. */

/** Control, format and line-breaking characters become `\u{…}`; longer text is cut with `…`. */
export function visibleText(text: string, limit: number): string {
  // Every character is at most two units: what is behind would be cut anyway, however long it is.
  const visible = text
    .slice(0, 2 * limit + 2)
    .replaceAll(
      /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
      (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
    );
  const characters = [...visible];
  return characters.length > limit ? `${characters.slice(0, limit - 1).join('')}…` : visible;
}
