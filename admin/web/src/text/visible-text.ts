/** Text from strangers, cut into what can be shown and what would hide, reorder or break what stands around it. */

/** One stretch: shown as it is, or as the escape that stands for it. */
export interface Stretch {
  readonly kind: 'plain' | 'escape';
  readonly text: string;
}

/**
 * Controls, surrogates without a partner, line separators, whatever Unicode calls ignorable (bidi marks, zero width, tags,
 * fillers), spaces that are not the space, private characters, and a fifth mark on one letter.
 */
const hidden =
  /[\p{Cc}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\u2800]|(?! )\p{Zs}|(?<=\p{M}{4})\p{M}/u;

/** Joiners and variation selectors are part of an emoji, and of nothing else that is let through. */
const emoji =
  /\p{Extended_Pictographic}(?:\uFE0F|\p{Emoji_Modifier})?(?:\u200D\p{Extended_Pictographic}(?:\uFE0F|\p{Emoji_Modifier})?)*/u;

const pieces = new RegExp(`(?<emoji>${emoji.source})|(?<hidden>${hidden.source})`, 'gu');

/** Cuts a text; with `lines`, line feeds and tabs are left to the layout. The texts of the plain stretches and the escaped characters together are the whole text. */
export function visibleText(text: string, { lines = false } = {}): readonly Stretch[] {
  const stretches: Stretch[] = [];
  let plainFrom = 0;
  for (const found of text.matchAll(pieces)) {
    const character = found.groups?.hidden;
    if (character === undefined || (lines && (character === '\n' || character === '\t'))) continue;
    if (found.index > plainFrom) stretches.push({ kind: 'plain', text: text.slice(plainFrom, found.index) });
    stretches.push({ kind: 'escape', text: written(character) });
    plainFrom = found.index + character.length;
  }
  if (plainFrom < text.length) stretches.push({ kind: 'plain', text: text.slice(plainFrom) });
  return stretches;
}

/** The text as one string that is safe to put into a title or a label. */
export function visibleString(text: string): string {
  return visibleText(text)
    .map((stretch) => stretch.text)
    .join('');
}

function written(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
  return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`;
}
