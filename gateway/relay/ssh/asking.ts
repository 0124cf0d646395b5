/** An upstream for one operation over SSH: what is asked goes over the channel of one command. */
import type { Upstream } from '../upstream.ts';
import type { SshCommand } from './host.ts';
import type { HostExec } from './host-exec.ts';

/** The upstream as it is asked by this command; whoever uses it ends the command. */
export function askedBy(upstream: Upstream, exec: HostExec): Upstream {
  return {
    ...upstream,
    transport: 'ssh',
    // Only a push, and a pack without side-band, end with the stream; behind them there is nothing to say.
    ask: ({ body, until }) => Promise.resolve(exec.ask({ body, until, isLast: until === 'stream' })),
  };
}

/** The upstream as the fate of a push is asked after: by SSH where it has that, by a command that ends with the one question. */
export function forInquiry(upstream: Upstream): Upstream {
  const { ssh } = upstream;
  if (ssh === undefined) return upstream;
  return {
    ...upstream,
    ask(ask) {
      const command: SshCommand = {
        service: 'git-receive-pack',
        path: ask.path,
        gitProtocol: undefined,
        onStderr: () => undefined,
      };
      return askedBy(upstream, ssh.run(command)).ask(ask);
    },
  };
}
