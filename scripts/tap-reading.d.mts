/** What a run of one test file came to. */
export interface FileResult {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly failures: readonly string[];
}
export function tapReader(): {
  line(line: string): void;
  end(end: string, well: boolean): FileResult;
};
