/** What a person reads of a command line that is not served, and how its client ends. */
import type { ExecRefusal } from './exec-command.ts';

export interface ExecRefusalAnswer {
  /** One line, without an end of line: what, and what next. */
  readonly text: string;
  readonly exitCode: number;
}

/** The shell's "command not found", on which git-lfs goes on over HTTPS by itself. */
const notFound = 127;
/** What git's own services exit with. */
const died = 128;

const lfsText = 'only fetch and push are served here, no LFS; set lfs.url to where the objects are kept';

const texts: Record<ExecRefusal, readonly [text: string, exitCode: number]> = {
  'control-character': ['the command holds a control character; send it in one line of plain text', died],
  'shell-syntax': [
    'the command holds characters of a shell outside quotes, and there is no shell here; put them in quotes',
    died,
  ],
  'unfinished-quote': [
    "the command ends inside a quote; a quote inside a name is written as git does, '\\''",
    died,
  ],
  'too-many-words': ['the command has more than 64 words; put what belongs together in quotes', died],
  'too-long': ['the command is longer than 8192 characters; no repository has so long a name', died],
  empty: ['the command is empty; run help for what can be asked', notFound],
  'unknown-command': [
    'this is no shell, it serves git and a few commands; run help for what can be asked',
    notFound,
  ],
  'lfs-authenticate': [lfsText, 1],
  'lfs-transfer': [lfsText, notFound],
  'file-transfer': ['files are not copied through here; clone the repository with git', notFound],
  option: ['options in front of a repository are not taken; write the repository alone', died],
  'no-repository': ['no repository was named; write upstream/path behind the host', died],
  'words-behind-repository': [
    'something stands behind the repository; write the repository alone, in quotes',
    died,
  ],
  'not-a-repository-name': [
    'that is not the name of a repository; write upstream/path, as on its page',
    died,
  ],
};

/** Holds nothing of what the client wrote. */
export function answerRefusedExec(reason: ExecRefusal): ExecRefusalAnswer {
  const [text, exitCode] = texts[reason];
  return { text, exitCode };
}
