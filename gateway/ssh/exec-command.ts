/** What an `exec` request asks for: one of git's services on a repository, one of Sluice's own commands, or nothing that is served. */
import { readRepositoryPath, type WrittenRepository } from '../git/repository-name.ts';
import { splitWords, type Word, type WordFault } from './words.ts';

/** The services git asks for over SSH; an archive is a fetch. */
export type SshService = 'git-upload-pack' | 'git-receive-pack' | 'git-upload-archive';

/** Sluice's own commands; what stands behind their name is read where they are carried out. */
export const ownCommandNames = [
  'me',
  'request',
  'requests',
  'grants',
  'approve',
  'deny',
  'revoke',
  'extend',
  'help',
] as const;

export type OwnCommand = (typeof ownCommandNames)[number];

export type ExecCommand =
  | { readonly kind: 'git'; readonly service: SshService; readonly repository: WrittenRepository }
  /** `line`: what stands behind the command, as the client sent it. */
  | { readonly kind: 'own'; readonly command: OwnCommand; readonly line: string }
  | ExecRefused;

export interface ExecRefused {
  readonly kind: 'refused';
  readonly reason: ExecRefusal;
  /** The service the line begins with: then its client is git, and reads an `ERR` pkt alone. */
  readonly service?: SshService;
}

export type ExecRefusal =
  | WordFault
  | 'too-long'
  | 'empty'
  | 'unknown-command'
  /** `git-lfs-authenticate`. */
  | 'lfs-authenticate'
  /** `git-lfs-transfer`. */
  | 'lfs-transfer'
  /** scp, sftp, rsync. */
  | 'file-transfer'
  /** A dash in front of the repository, however it is quoted. */
  | 'option'
  | 'no-repository'
  | 'words-behind-repository'
  | 'not-a-repository-name';

/** The longest repository name four times over, which is what quoting can make of it, and a command. */
const longestLine = 8_192;

/** Reads the line as the client sent it. Never throws: whatever it is, it is one of the three. */
export function parseExecCommand(line: string): ExecCommand {
  // A git client that quotes badly is to read why in its own language, so this looks before the words are known.
  const [, , begun] =
    /^ *(git-|git +)(upload-pack|receive-pack|upload-archive)(?= |$)/.exec(line.slice(0, 256)) ?? [];
  const service = begun === undefined ? undefined : (`git-${begun}` as SshService);
  const refused = (reason: ExecRefusal): ExecRefused => ({
    kind: 'refused',
    reason,
    ...(service === undefined ? {} : { service }),
  });

  if (line.length > longestLine) return refused('too-long');
  const [begins = '', own] = /^ *([a-z]+)(?= |$)/.exec(line) ?? [];
  const command = ownCommandNames.find((name) => name === own);
  if (command !== undefined) return { kind: 'own', command, line: line.slice(begins.length) };
  const words = splitWords(line);
  if (typeof words === 'string') return refused(words);
  const [first, ...rest] = words;
  if (first === undefined) return refused('empty');
  if (service !== undefined) {
    const repository = readRepository(first.text === 'git' ? rest.slice(1) : rest);
    return typeof repository === 'string' ? refused(repository) : { kind: 'git', service, repository };
  }
  return refused(foreign(first.text));
}

function readRepository(words: readonly Word[]): WrittenRepository | ExecRefusal {
  const [path, ...behind] = words;
  if (path === undefined || path.text === '') return 'no-repository';
  if (path.text.startsWith('-')) return 'option';
  if (behind.length > 0) return 'words-behind-repository';
  // A shell would have put a file's name, a home or nothing in its place.
  if (path.hasPattern) return 'shell-syntax';
  return readRepositoryPath(path.text, 'plain') ?? 'not-a-repository-name';
}

function foreign(command: string): ExecRefusal {
  switch (command) {
    case 'git-lfs-authenticate':
      return 'lfs-authenticate';
    case 'git-lfs-transfer':
      return 'lfs-transfer';
    case 'scp':
    case 'sftp':
    case 'rsync':
    case '/usr/lib/openssh/sftp-server':
      return 'file-transfer';
    default:
      return 'unknown-command';
  }
}
