/** The lines that git shows, as a page says them. */
import { sentence } from '../text/sentence.ts';

/** The first line of a refusal or permission without git's prefix, as a sentence; how to ask is a button here. */
export function firstSentence(message: string): string {
  const [line = ''] = message.split('\n');
  return sentence(line.replace(/^sluice: /, ''));
}
