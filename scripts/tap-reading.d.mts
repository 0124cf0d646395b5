/** What a run of one test file came to. */
export interface FileResult {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly failures: readonly string[];
  readonly ms: number;
}
export function tapReader(onFile: (file: FileResult) => void): (line: string) => void;
