/** Whether a JSON text is the one that JSON.stringify would write, seen from the text alone: writing it again would take most of the time of reading it. */

const quote = 0x22;
const backslash = 0x5c;
/** Behind a backslash: `"`, `\`, and the short forms of five control characters. */
const shortEscapes = new Set(Array.from('"\\bfnrt', (letter) => letter.charCodeAt(0)));
/** The control characters that have a short form, and must not be written in the long one. */
const haveShortForm = new Set([0x08, 0x09, 0x0a, 0x0c, 0x0d]);

/**
 * Counts the keys of all objects in a JSON text of printable ASCII, which JSON.parse has taken, whose numbers are safe integers
 * and whose keys begin with a letter. When as many keys came out of it as stand in it, none stands twice, and the text is canonical: no blanks, numbers
 * in digits alone, in strings only the escapes that must be.
 *
 * @returns undefined when it is not canonical, whatever its keys are
 */
export function countCanonicalKeys(text: string): number | undefined {
  const escapes = text.includes('\\');
  let keys = 0;
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case quote: {
        at = escapes ? endOfString(text, at) : text.indexOf('"', at + 1);
        if (at === -1) return undefined;
        break;
      }
      case 0x3a: // a colon
        keys += 1;
        break;
      case 0x74: // true
      case 0x6e: // null
        at += 3;
        break;
      case 0x66: // false
        at += 4;
        break;
      case 0x2d: // a minus, which zero does not have
        if (text.charCodeAt(at + 1) === 0x30) return undefined;
        break;
      case 0x20:
      case 0x2e: // what fractions and exponents are written with
      case 0x45:
      case 0x65:
      case 0x2b:
        return undefined;
      default:
    }
  }
  return keys;
}

/** Where the string ends that begins at `at`; -1 when it holds an escape that need not be, or is in another form. */
function endOfString(text: string, at: number): number {
  for (let i = at + 1; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === quote) return i;
    if (code !== backslash) continue;
    i += 1;
    if (shortEscapes.has(text.charCodeAt(i))) continue;
    const digits = text.slice(i + 1, i + 5);
    if (text.charCodeAt(i) !== 0x75 || !/^[0-9a-f]{4}$/.test(digits)) return -1;
    const unit = Number.parseInt(digits, 16);
    if ((unit >= 0x20 && unit <= 0x7e) || haveShortForm.has(unit)) return -1;
    i += 4;
  }
  return -1;
}
