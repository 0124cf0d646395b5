/** The demo's slow repository, made once for all tests of a file. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import t from 'tap';
import { makeSlowRepository } from '../../gateway/demo/sample-repository.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';

let made: Promise<string> | undefined;

/** Puts `slow.git` into a folder; its files are one with those of the others, and nobody changes them. */
export async function copySlowRepository(directory: string, name = 'slow'): Promise<void> {
  made ??= make();
  await promisify(execFile)('cp', ['-al', `${await made}/slow.git`, `${directory}/${name}.git`]);
}

async function make(): Promise<string> {
  const directory = await temporaryDirectory(t);
  await makeSlowRepository(directory);
  return directory;
}
