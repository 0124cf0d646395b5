/** Folders that live as long as a test. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ending } from './ending.ts';

/** Makes an empty folder that is removed when the test ends. */
export async function temporaryDirectory(test: Ending): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-test-'));
  test.teardown(() => rm(directory, { recursive: true, force: true, maxRetries: 5 }));
  return directory;
}
