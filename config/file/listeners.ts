/** `https`, `ssh` and `ops` of `sluice.yaml`: the sockets the gateway opens. */
import Type from 'typebox';
import { defaults } from '../defaults.ts';
import { cidrs, duration, hostPort, list, path, section, word } from './fields.ts';
import { userCertificatesFile } from './user-certificates.ts';

const proxyProtocol = Type.Optional(
  section(
    {
      from: cidrs(
        'Balancers that send the header. A connection from one of them without it is closed, and so is one with it from anyone else.',
      ),
    },
    'PROXY protocol v1 and v2 of a TCP balancer in front; without this section the header is not spoken.',
  ),
);

/** The HTTPS door: git, the page and the API. */
export const httpsFile = section(
  {
    listen: hostPort('Where to listen. Port 0 takes a free one.'),
    certificate: Type.Optional(
      path(
        'Certificate chain, PEM, the server certificate first. A renewed file is picked up while running.',
      ),
    ),
    key: Type.Optional(path('Private key of the certificate, PEM, without passphrase.')),
    tls: Type.Optional(
      word(
        ['none'],
        'Speak plain HTTP, because a trusted proxy in front speaks TLS. Needs trustedProxies, excludes certificate and key.',
      ),
    ),
    trustedProxies: Type.Optional(
      cidrs(
        'HTTP proxies whose X-Forwarded-For is believed, read from the right. From other peers it is kept in the audit and not believed.',
      ),
    ),
    proxyProtocol,
  },
  'The HTTPS door: git, the page and the API.',
);

/** The SSH door. */
export const sshFile = section(
  {
    listen: hostPort('Where to listen. Port 0 takes a free one.'),
    hostKeys: list(
      path('A private host key in OpenSSH format.'),
      'a list of paths',
      'Host keys; the same on every node, so that clients see one gateway.',
    ),
    userCertificates: Type.Optional(userCertificatesFile),
    signInLink: Type.Optional(
      section(
        {
          offer: Type.Optional(
            word(
              ['terminals', 'nobody'],
              'terminals: whoever has a terminal and a key that is not known gets a link to sign in at. nobody: keys are registered beforehand.',
              defaults.ssh.signInLink.offer,
            ),
          ),
          keyLife: Type.Optional(
            duration(
              'A key that was bound by such a link is good for this long, and never longer than credentials.maxLife.',
              {
                min: '5m',
                max: '400d',
                default: defaults.ssh.signInLink.keyLife,
              },
            ),
          ),
        },
        'The link that a terminal shows when its SSH key is not known.',
      ),
    ),
    allowCriticalAnswers: Type.Optional(
      Type.Boolean({
        title: 'true or false',
        description:
          'Lets `ssh GATEWAY approve` and `deny` answer requests under critical rules, which are answered on the page only otherwise. Approving still needs a sign-in in a browser younger than 5 minutes.',
        default: defaults.ssh.allowCriticalAnswers,
      }),
    ),
    proxyProtocol,
  },
  'The SSH door. Without this section there is none.',
);

/** The operator's listener. */
export const opsFile = section(
  {
    listen: Type.Optional(
      hostPort('Where /readyz and /metrics are served, in plain HTTP and without sign-in: keep it private.', {
        default: defaults.ops.listen,
      }),
    ),
  },
  'Readiness and metrics.',
);
