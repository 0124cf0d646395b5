/** A Git host that is reached by SSH: its git commands, by the canonical name of a repository. */
import type { UpstreamSsh } from '../../../config/schema.ts';
import type { UpstreamTroubleError } from '../upstream-trouble.ts';
import type { SshConnecting } from './connection.ts';
import { type HostExec, runOnHost } from './host-exec.ts';
import { openSshPool } from './pool.ts';

export type HostService = 'git-upload-pack' | 'git-receive-pack' | 'git-upload-archive';

export interface SshCommand {
  readonly service: HostService;
  /** Path below the upstream, canonical. */
  readonly path: string;
  /** `GIT_PROTOCOL`, well formed: the only variable that goes to the host. */
  readonly gitProtocol: string | undefined;
  onStderr(chunk: Buffer): void;
}

export interface SshHost {
  /** Nothing happens before it is asked for the first time. */
  run(command: SshCommand): HostExec;
  close(): void;
}

export interface SshHostOptions extends SshConnecting {
  /** What the host wants behind a repository's path. */
  readonly suffix: string;
  /** Told of each refused host key. */
  onHostKey(error: UpstreamTroubleError): void;
}

export function openSshHost(config: UpstreamSsh, options: SshHostOptions): SshHost {
  const pool = openSshPool({ ...options, address: config, ...config });
  return {
    run({ service, path, gitProtocol, onStderr }) {
      const line = `${service} ${quoted(`${config.base}/${path}${options.suffix}`)}`;
      const environment = gitProtocol === undefined ? {} : { GIT_PROTOCOL: gitProtocol };
      return runOnHost({
        open: (fresh) => pool.exec(line, environment, fresh),
        leavesGently: service === 'git-receive-pack',
        onStderr,
      });
    },
    close: () => pool.close(),
  };
}

/** As git itself quotes for a shell on the other side. */
function quoted(path: string): string {
  return `'${path.replaceAll(/['!]/g, (character) => `'\\${character}'`)}'`;
}
