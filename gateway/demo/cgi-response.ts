/** The head of a CGI response (RFC 3875 §6.3): where it ends and what it says. */

/** A parsed head, and how many bytes of the output it took. */
export interface CgiHead {
  readonly status: number;
  /** Names as the program wrote them; `Status` is not among them. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly length: number;
}

/** A head may not be longer than this many bytes; git http-backend's has about 200. */
export const longestCgiHead = 65_536;

/**
 * Parses the head at the start of a CGI program's output.
 *
 * @returns undefined while the blank line that ends the head has not come
 * @throws when the head is longer than `longestCgiHead`, or a line is no header
 */
export function parseCgiHead(output: Buffer): CgiHead | undefined {
  const end = /\r?\n\r?\n/.exec(output.subarray(0, longestCgiHead).toString('latin1'));
  if (end === null) {
    if (output.length >= longestCgiHead) throw new Error(`CGI head of over ${longestCgiHead} bytes`);
    return undefined;
  }
  const lines = output.subarray(0, end.index).toString('latin1').split(/\r?\n/);
  const headers = lines.map(parseHeader);
  const status = headers.find(([name]) => name.toLowerCase() === 'status')?.[1];
  return {
    status: status === undefined ? 200 : parseStatus(status),
    headers: headers.filter(([name]) => name.toLowerCase() !== 'status'),
    length: end.index + end[0].length,
  };
}

function parseHeader(line: string): readonly [string, string] {
  const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
  if (name === undefined || value === undefined)
    throw new Error(`CGI line ${JSON.stringify(line)} is not a header`);
  return [name, value];
}

function parseStatus(value: string): number {
  const [, digits] = /^([1-5][0-9]{2})(?: |$)/.exec(value) ?? [];
  if (digits === undefined)
    throw new Error(`CGI status ${JSON.stringify(value)} does not start with three digits`);
  return Number(digits);
}
