/** A command line taken apart into words as a shell would quote them, with nothing in it ever expanded or run. */

/** One word with its quotes taken off. */
export interface Word {
  readonly text: string;
  /** A character that a shell would match files with stood in it unquoted; here it stands for itself. */
  readonly hasPattern: boolean;
}

/** Why a line has no words: each would mean something to a shell, or hide something from a reader. */
export type WordFault = 'control-character' | 'shell-syntax' | 'unfinished-quote' | 'too-many-words';

const mostWords = 64;
/** What separates, runs, redirects or expands. */
const syntax = /[;&|<>()$`]/;
/** What only matches names. */
const pattern = /[*?[\]{}~#!]/;

/**
 * Splits by blanks. `'…'` is literal; in `"…"` a backslash quotes `"`, `\`, `$` and the backtick; elsewhere it quotes the next
 * character, which is how git writes `'\''` and `'\!'` (git's quote.c, `sq_quote_buf`).
 */
export function splitWords(line: string): readonly Word[] | WordFault {
  if (/\p{Cc}/u.test(line)) return 'control-character';
  const words: Word[] = [];
  let at = 0;
  while (true) {
    while (line[at] === ' ') at += 1;
    if (at >= line.length) return words;
    if (words.length === mostWords) return 'too-many-words';
    const read = readWord(line, at);
    if (typeof read === 'string') return read;
    words.push(read.word);
    at = read.end;
  }
}

/** The word that begins at `start`, where no blank stands; `end` is behind it. */
export function readWord(line: string, start: number): { word: Word; end: number } | WordFault {
  let text = '';
  let hasPattern = false;
  let at = start;
  while (at < line.length && line[at] !== ' ') {
    const character = line[at] ?? '';
    if (character === "'") {
      const end = line.indexOf("'", at + 1);
      if (end === -1) return 'unfinished-quote';
      text += line.slice(at + 1, end);
      at = end + 1;
    } else if (character === '"') {
      const read = readDoubleQuoted(line, at + 1);
      if (typeof read === 'string') return read;
      text += read.text;
      at = read.end;
    } else if (character === '\\') {
      if (at + 1 === line.length) return 'unfinished-quote';
      text += line[at + 1];
      at += 2;
    } else {
      if (syntax.test(character)) return 'shell-syntax';
      hasPattern ||= pattern.test(character);
      text += character;
      at += 1;
    }
  }
  return { word: { text, hasPattern }, end: at };
}

function readDoubleQuoted(line: string, start: number): { text: string; end: number } | WordFault {
  let text = '';
  for (let at = start; at < line.length; at += 1) {
    const character = line[at] ?? '';
    if (character === '"') return { text, end: at + 1 };
    if (character === '$' || character === '`') return 'shell-syntax';
    const quotesNext = character === '\\' && /["\\$`]/.test(line[at + 1] ?? '');
    if (quotesNext) at += 1;
    text += line[at];
  }
  return 'unfinished-quote';
}
