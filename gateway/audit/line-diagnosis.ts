/** Names why a line that is JSON is not in canonical form. */

/** Says which key stands twice, where a blank is, or else that a text or number is written in another way. */
export function whyNotCanonical(line: string): string {
  const open: (Set<string> | undefined)[] = [];
  const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]|\s+|[^"{}[\],:\s]+/g;
  for (let match = token.exec(line); match !== null; match = token.exec(line)) {
    const [text] = match;
    if (text === '{') open.push(new Set());
    else if (text === '[') open.push(undefined);
    else if (text === '}' || text === ']') open.pop();
    else if (text.trim() === '')
      return `the line is not canonical: a blank outside of a string at byte ${match.index}`;
    else if (text.startsWith('"') && /^\s*:/.test(line.slice(token.lastIndex, token.lastIndex + 64))) {
      const keys = open.at(-1);
      const key: unknown = JSON.parse(text);
      if (typeof key !== 'string' || keys === undefined) continue;
      if (keys.has(key))
        return `the line is not canonical: key ${JSON.stringify(key)} stands twice in one object`;
      keys.add(key);
    }
  }
  return 'the line is not canonical: a string or number is not written in its shortest form';
}
