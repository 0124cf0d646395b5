/** The lines that git shows, as a page says them. */
import { sentence } from '../text/sentence.ts';

/**
 * The first line of a refusal or permission without git's prefix, as a sentence; how to ask is a button here.
 * One that begins with the name of a repository or ref leaves that as it is.
 */
export function firstSentence(message: string): string {
  const [line = ''] = message.split('\n');
  const said = line.replace(/^sluice: /, '');
  const text = sentence(said);
  return /^[^\s/]+\//.test(said) ? said.charAt(0) + text.slice(1) : text;
}
