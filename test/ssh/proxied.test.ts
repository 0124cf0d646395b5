import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import t, { type Test } from 'tap';
import { parseCidr } from '../../config/addresses.ts';
import { startHaproxy } from '../servers/haproxy.ts';
import { sshClient } from '../servers/ssh.ts';
import { anSshNode } from './ssh-node.ts';

/** A door behind a balancer, and somebody who is known there. */
async function aDoor(t: Test, from = '127.0.0.1') {
  const at = await anSshNode(t, { proxyProtocolFrom: [parseCidr(from)] });
  const { file } = await at.key('laptop', await at.principal());
  return {
    ...at,
    through: (port: number) => sshClient(t, port, at.hostKeyLine, [file]),
    /** Where the commands that are refused came from. */
    addresses: async () =>
      (await at.node.entries()).flatMap((entry) =>
        entry.type === 'operation.refused' ? [entry.address] : [],
      ),
  };
}

/** A balancer that says these bytes in front of each connection. */
async function aBalancer(t: Test, to: number, says: Buffer): Promise<number> {
  const server = createServer((client: Socket) => {
    const door = connect(to, '127.0.0.1');
    door.write(says);
    client.pipe(door).pipe(client);
    for (const one of [client, door]) one.on('error', () => one.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  return (server.address() as AddressInfo).port;
}

const signature = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');
const versionTwo = Buffer.concat([
  signature,
  // PROXY over TCP4, 12 bytes: 192.0.2.7:57005 to 198.51.100.1:22.
  Buffer.from('2111000cc0000207c6336401dead0016', 'hex'),
]);

for (const [name, says] of [
  ['version 1', Buffer.from('PROXY TCP4 192.0.2.7 198.51.100.1 57005 22\r\n')],
  ['version 2', versionTwo],
] as const)
  void t.test(`whose connection it is, a PROXY header of ${name} says, in the audit too`, async (t) => {
    const { door, through, addresses, turnedAway, faults } = await aDoor(t);
    const ssh = await through(await aBalancer(t, door.port, says));
    t.match(await ssh.run(undefined), { code: 0, stdout: /you are/ });
    t.equal((await ssh.run('bash')).code, 127);
    t.strictSame(await addresses(), ['192.0.2.7']);
    t.strictSame([turnedAway, faults], [[], []]);
  });

for (const send of ['send-proxy', 'send-proxy-v2'] as const)
  void t.test(`haproxy with ${send} in front of the door is understood`, async (t) => {
    const { door, through, turnedAway } = await aDoor(t);
    const ssh = await through(await startHaproxy(t, door.port, send));
    t.match(await ssh.run(undefined), { code: 0, stdout: /you are/ });
    t.notMatch(turnedAway.join(), 'proxy-header');
  });

for (const [what, says] of [
  ['no header', Buffer.alloc(0)],
  ['an address that is none', Buffer.from('PROXY TCP4 999.0.0.1 198.51.100.1 1 22\r\n')],
  ['a broken version 2', Buffer.concat([signature, Buffer.from('3111000cc0000207c6336401dead0016', 'hex')])],
] as const)
  void t.test(`a balancer that sends ${what} gets nobody in`, async (t) => {
    const { door, through, turnedAway, faults } = await aDoor(t);
    t.equal((await (await through(await aBalancer(t, door.port, says))).run(undefined)).code, 255);
    t.strictSame(turnedAway, ['proxy-header']);
    t.strictSame(faults, []);
  });

void t.test('a header by whom nobody believes is no greeting', async (t) => {
  const { door, through, turnedAway } = await aDoor(t, '192.0.2.0/24');
  const port = await aBalancer(t, door.port, Buffer.from('PROXY TCP4 192.0.2.7 198.51.100.1 1 22\r\n'));
  t.equal((await (await through(port)).run(undefined)).code, 255);
  t.strictSame(turnedAway, ['no-ssh']);
  t.equal((await (await through(door.port)).run(undefined)).code, 0);
});
