/** The two repositories the demo serves: one with a story in it, one large enough to be cut in the middle. */
import { execFile } from 'node:child_process';
import { createCipheriv } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** One commit of the sample: what it writes and says, and the tag it gets. */
interface Step {
  readonly files: Readonly<Record<string, string>>;
  readonly message: string;
  readonly tag?: string;
}

/** The sample's history, oldest first. */
const story: readonly Step[] = [
  {
    files: {
      'README.md': [
        '# Tide table',
        '',
        'Tells the harbour when there is water under the keel.',
        '',
        'This repository sits behind Sluice: you read this because somebody agreed that you may, for a while.',
        '',
      ].join('\n'),
      'tides.csv': 'at,metres\n03:12,0.4\n09:25,3.9\n15:40,0.6\n21:51,3.7\n',
    },
    message: 'Write down the tides of one day',
  },
  {
    files: {
      'next-high-water.sh': [
        '#!/bin/sh',
        '# Prints the first high water after the time given as HH:MM.',
        'awk -F, -v now="$1" \'NR > 1 && $1 > now && $2 > 2 { print $1; exit }\' "$(dirname "$0")/tides.csv"',
        '',
      ].join('\n'),
    },
    message: 'Find the next high water',
    tag: 'v1.0.0',
  },
  {
    files: { 'tides.csv': 'at,metres\n03:12,0.4\n09:25,4.1\n15:40,0.6\n21:51,3.7\n' },
    message: 'Correct the morning high water\n\nThe gauge had slipped by twenty centimetres.',
    tag: 'v1.0.1',
  },
];

/** Size of the slow repository: at 200 KB/s its clone takes about 100 s. */
const slowFiles = 40;
const slowFileBytes = 512 * 1024;

/**
 * Makes `app.git` in `directory`: a few commits and tags, the same object ids every time.
 *
 * @throws when git fails
 */
export async function makeAppRepository(directory: string): Promise<void> {
  await makeRepository(directory, 'app', story);
}

/**
 * Makes `slow.git` in `directory`: about 20 MB that do not compress, the same bytes every time.
 *
 * @throws when git fails
 */
export async function makeSlowRepository(directory: string): Promise<void> {
  await makeRepository(directory, 'slow', [
    {
      files: {
        'README.md': '# Soundings\n\nForty sheets of depths, too large to be fetched in a hurry.\n',
      },
      message: 'Say what the sheets are',
    },
    { files: soundings(), message: 'Add the sheets' },
  ]);
}

/** Files of pseudo-random text: the key stream of AES-CTR under a fixed key. */
function soundings(): Record<string, string> {
  const stream = createCipheriv('aes-128-ctr', Buffer.alloc(16, 1), Buffer.alloc(16));
  const files: Record<string, string> = {};
  for (let sheet = 1; sheet <= slowFiles; sheet += 1) {
    files[`sheets/${String(sheet).padStart(2, '0')}.bin`] = stream
      .update(Buffer.alloc(slowFileBytes))
      .toString('latin1');
  }
  return files;
}

async function makeRepository(directory: string, name: string, steps: readonly Step[]): Promise<void> {
  await mkdir(directory, { recursive: true });
  const work = await mkdtemp(join(directory, `.${name}-`));
  try {
    const git = gitIn(work);
    await git(['init', '-q', '-b', 'main']);
    for (const [index, step] of steps.entries()) {
      for (const [file, text] of Object.entries(step.files)) {
        await mkdir(join(work, file, '..'), { recursive: true });
        await writeFile(join(work, file), text, 'latin1');
      }
      const at = `2026-03-0${index + 1}T08:00:00Z`;
      await git(['add', '-A']);
      await git(['commit', '-q', '-m', step.message], at);
      if (step.tag !== undefined) await git(['tag', '-a', step.tag, '-m', step.tag], at);
    }
    const bare = join(directory, `${name}.git`);
    await git(['clone', '-q', '--bare', '.', bare]);
    const inBare = gitIn(bare);
    // One pack, as a host would have it; what does not compress is not searched for likeness.
    await inBare(['-c', 'pack.window=0', 'repack', '-a', '-d', '-q']);
    await inBare(['remote', 'remove', 'origin']);
    await inBare(['config', 'uploadpack.allowFilter', 'true']);
    await inBare(['config', 'receive.advertisePushOptions', 'true']);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** A git that reads no configuration of the account or the machine, and writes as one fixed author. */
function gitIn(directory: string): (args: readonly string[], at?: string) => Promise<void> {
  return async (args, at) => {
    const dates = at === undefined ? {} : { GIT_AUTHOR_DATE: at, GIT_COMMITTER_DATE: at };
    await execute('git', ['-C', directory, '-c', 'core.compression=0', ...args], {
      env: {
        PATH: process.env.PATH,
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_AUTHOR_NAME: 'Harbour Office',
        GIT_AUTHOR_EMAIL: 'office@harbour.example',
        GIT_COMMITTER_NAME: 'Harbour Office',
        GIT_COMMITTER_EMAIL: 'office@harbour.example',
        ...dates,
      },
    });
  };
}
