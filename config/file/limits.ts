/** `limits` of `sluice.yaml`: bounds of the doors and the relay. */
import Type from 'typebox';
import { defaults } from '../defaults.ts';
import { count, duration, section, size } from './fields.ts';

/** Bounds of the doors and the relay; none ends a healthy transfer, only its grant does. */
export const limitsFile = section(
  {
    idle: Type.Optional(
      duration('Ends an operation in which no byte moved in either direction for this long.', {
        min: '10s',
        max: '24h',
        default: defaults.limits.idle,
      }),
    ),
    keepAlive: Type.Optional(
      duration(
        'Closes a connection on which no request came for this long; git waits there while a pre-push hook runs.',
        { min: '5s', max: '24h', default: defaults.limits.keepAlive },
      ),
    ),
    headers: Type.Optional(
      duration('Time for the headers of a request to arrive.', {
        min: '1s',
        max: '10m',
        default: defaults.limits.headers,
      }),
    ),
    tlsHandshake: Type.Optional(
      duration('Time for a TLS handshake.', { min: '1s', max: '2m', default: defaults.limits.tlsHandshake }),
    ),
    upstreamConnect: Type.Optional(
      duration('Time for a connection to a Git host.', {
        min: '1s',
        max: '5m',
        default: defaults.limits.upstreamConnect,
      }),
    ),
    report: Type.Optional(
      duration('Time for the report of a Git host after the whole push is with it.', {
        min: '10s',
        max: '24h',
        default: defaults.limits.report,
      }),
    ),
    cutGrace: Type.Optional(
      duration(
        'Time for the closing text of a cut to drain before the connection is reset; critical rules have none.',
        { min: '0s', max: '30s', default: defaults.limits.cutGrace },
      ),
    ),
    storeGrace: Type.Optional(
      duration('How long running operations go on while the store is out of contact.', {
        min: '0s',
        max: '10m',
        default: defaults.limits.storeGrace,
      }),
    ),
    criticalStoreGrace: Type.Optional(
      duration('The same under critical rules; not longer than storeGrace.', {
        min: '0s',
        max: '10m',
        default: defaults.limits.criticalStoreGrace,
      }),
    ),
    drain: Type.Optional(
      duration('Time from SIGTERM until what still runs is cut.', {
        min: '0s',
        max: '24h',
        default: defaults.limits.drain,
      }),
    ),
    maxHeaderSize: Type.Optional(
      size('Headers of one request.', { min: '4KiB', max: '1MiB', default: defaults.limits.maxHeaderSize }),
    ),
    maxFetchRequest: Type.Optional(
      size('A fetch request once inflated.', {
        min: '64KiB',
        max: '1GiB',
        default: defaults.limits.maxFetchRequest,
      }),
    ),
    maxPush: Type.Optional(size('A push. Without it there is no bound.', { min: '1KiB', max: '1048576GiB' })),
    maxConnections: Type.Optional(
      count('Connections to a door in all.', {
        minimum: 1,
        maximum: 1_000_000,
        default: defaults.limits.maxConnections,
      }),
    ),
    maxConnectionsPerAddress: Type.Optional(
      count('Connections to a door from one address.', {
        minimum: 1,
        maximum: 1_000_000,
        default: defaults.limits.maxConnectionsPerAddress,
      }),
    ),
    maxAuthFailuresPerMinute: Type.Optional(
      count('Failed credentials from one address in a minute, after which it has to wait.', {
        minimum: 1,
        maximum: 100_000,
        default: defaults.limits.maxAuthFailuresPerMinute,
      }),
    ),
    maxWait: Type.Optional(
      duration('How long a command at the SSH door may wait for the answer to a request.', {
        min: '1s',
        max: '24h',
        default: defaults.limits.maxWait,
      }),
    ),
    maxWaits: Type.Optional(
      count('Commands that wait at a time at the SSH door of one node.', {
        minimum: 1,
        maximum: 100_000,
        default: defaults.limits.maxWaits,
      }),
    ),
    maxWaitsPerPerson: Type.Optional(
      count('The same of one person.', {
        minimum: 1,
        maximum: 10_000,
        default: defaults.limits.maxWaitsPerPerson,
      }),
    ),
  },
  'Bounds of the doors and the relay. None ends a healthy transfer: only the end of its grant does.',
);
