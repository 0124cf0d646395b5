/** Reads the TAP that tap writes for a run of several files, line by line: counts its tests and keeps what failed in full. */

/**
 * @typedef {object} FileResult
 * @property {string} name
 * @property {number} passed tests (points one level below the file) that passed
 * @property {number} failed tests that failed; a file that failed with none of its tests failing (it crashed, hung, ran nothing) is one
 * @property {number} skipped skipped and TODO tests, which count as neither
 * @property {readonly string[]} failures each failed test's lines, diagnostics included
 * @property {number} ms
 */

/**
 * Makes a reader to be fed every line of the stream in order.
 *
 * @param {(file: FileResult) => void} onFile called when a file's own point has come
 * @returns {(line: string) => void}
 */
export function tapReader(onFile) {
  let file = emptyFile();
  let block = emptyBlock();
  let yamlEnd;

  const endBlock = () => {
    if (block.failed) file.failures.push(block.lines.join('\n'));
    block = emptyBlock();
  };

  return (line) => {
    const point = yamlEnd === undefined ? /^( {4})?(not ok|ok)\b(.*)$/.exec(line) : null;
    if (yamlEnd === undefined) yamlEnd = /^ +(?=---$)/.exec(line)?.[0].concat('...');
    else if (line === yamlEnd) yamlEnd = undefined;

    if (point === null) {
      if (/^ {4}# Subtest: /.test(line)) endBlock();
      block.lines.push(line);
      return;
    }
    const [, indent, verdict, rest] = point;
    if (indent === undefined) {
      endBlock();
      const [, name, ms] = /^(?: \d+)?(?: - )?(.*?)(?: # time=([\d.]+)ms)?$/.exec(rest) ?? [];
      if (verdict === 'not ok' && file.failed === 0) {
        file.failed = 1;
        file.failures.push(line);
      }
      onFile({ ...file, name: name ?? '', ms: Number(ms ?? 0) });
      file = emptyFile();
      return;
    }
    if (block.hasPoint) endBlock();
    block.lines.push(line);
    block.hasPoint = true;
    if (/ # (skip|todo)\b/i.test(rest)) file.skipped += 1;
    else if (verdict === 'ok') file.passed += 1;
    else {
      file.failed += 1;
      block.failed = true;
    }
  };
}

function emptyFile() {
  return { passed: 0, failed: 0, skipped: 0, failures: [] };
}

function emptyBlock() {
  return { lines: [], hasPoint: false, failed: false };
}
