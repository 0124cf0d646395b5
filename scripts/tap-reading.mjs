/** Reads the TAP that one test file writes, line by line: counts its tests and keeps what failed in full. */

/**
 * @typedef {object} FileResult
 * @property {number} passed tests (points of the file itself, not of what is inside a test) that passed
 * @property {number} failed
 * @property {number} skipped skipped and TODO tests, which count as neither
 * @property {readonly string[]} failures each failed test's lines, diagnostics included
 */

/** Makes a reader of one file's output. */
export function tapReader() {
  const file = { passed: 0, failed: 0, skipped: 0, failures: [] };
  let block = emptyBlock();
  let yamlEnd;

  const endBlock = () => {
    if (block.failed) file.failures.push(block.lines.join('\n'));
    block = emptyBlock();
  };

  return {
    /** Takes the next line, without its end. @param {string} line */
    line(line) {
      const point = yamlEnd === undefined ? /^(not ok|ok)\b(.*)$/.exec(line) : null;
      if (yamlEnd === undefined) yamlEnd = /^ +(?=---$)/.exec(line)?.[0].concat('...');
      else if (line === yamlEnd) yamlEnd = undefined;

      if (point === null) {
        if (line.startsWith('# Subtest: ')) endBlock();
        block.lines.push(line);
        return;
      }
      const [, verdict, rest] = point;
      if (block.hasPoint) endBlock();
      block.lines.push(line);
      block.hasPoint = true;
      if (/ # (skip|todo)\b/i.test(rest)) file.skipped += 1;
      else if (verdict === 'ok') file.passed += 1;
      else {
        file.failed += 1;
        block.failed = true;
      }
    },

    /**
     * What the whole output came to.
     *
     * @param {string} end how the file's process ended, in words
     * @param {boolean} well whether that is how one ends whose tests passed: a file that ended otherwise with none of its tests failing, or ran none, is one failure
     * @returns {FileResult}
     */
    end(end, well) {
      const { lines } = block;
      endBlock();
      const ranNone = file.passed + file.skipped === 0;
      if (file.failed > 0 || (well && !ranNone)) return file;
      return { ...file, failed: 1, failures: [...lines, `# ${end}, and no test of it failed`] };
    },
  };
}

function emptyBlock() {
  return { lines: [], hasPoint: false, failed: false };
}
