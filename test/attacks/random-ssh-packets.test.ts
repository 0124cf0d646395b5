import { readFile } from 'node:fs/promises';
import ssh2 from 'ssh2';
import t, { type Test } from 'tap';
import { wireString, wireUint32 } from '../../gateway/ssh/wire.ts';
import { type Random, randomOfRun } from '../git/feeding.ts';
import { anSshNode } from '../ssh/ssh-node.ts';

const connectionsEach = 60;
const packetsEach = 25;

const words =
  'session exec shell env pty-req x11-req auth-agent-req@openssh.com subsystem signal window-change ssh-userauth ssh-connection publickey none password keyboard-interactive hostbased tcpip-forward cancel-tcpip-forward streamlocal-forward@openssh.com no-more-sessions@openssh.com direct-tcpip help me keepalive@openssh.com ssh-ed25519 exit-status eow@openssh.com'.split(
    ' ',
  );
/** Of the transport, the key exchange, the authentication and the connection, and some that are none. */
const types = [
  ...[1, 2, 3, 4, 5, 6, 7, 20, 21, 30, 31, 32, 50, 51, 52, 53, 60, 61, 80, 81, 82],
  ...[90, 91, 92, 93, 94, 95, 96, 97, 98, 99, 100, 200, 255],
];

/** A packet that begins as one of SSH does, and goes on as it likes. */
function aPacket(random: Random): Buffer {
  const word = (): Buffer => wireString(words[random(words.length)] ?? '');
  const bits = (most: number): readonly Buffer[] =>
    Array.from({ length: random(most + 1) }, () => {
      switch (random(4)) {
        case 0:
          return wireUint32(random(4));
        case 1:
          return Buffer.of(random(2));
        case 2:
          return wireUint32(0xffffffff - random(3));
        default:
          return word();
      }
    });
  switch (random(4)) {
    case 0:
      return Buffer.concat([Buffer.of(98), wireUint32(0), word(), Buffer.of(random(2)), ...bits(3)]);
    case 1:
      return Buffer.concat([
        Buffer.of(50),
        wireString('x'),
        wireString('ssh-connection'),
        word(),
        ...bits(4),
      ]);
    default:
      return Buffer.concat([Buffer.of(types[random(types.length)] ?? 0), ...bits(5)]);
  }
}

interface Privates {
  readonly _protocol: {
    readonly _cipher: { encrypt(packet: Uint8Array): void };
    readonly _packetRW: {
      readonly write: {
        readonly allocStart: number;
        alloc(length: number): Uint8Array;
        finalize(packet: Uint8Array): Uint8Array;
      };
    };
  };
}

/** Agrees on keys, and on who it is where it has one of its own, and sends the packets; resolves when the door has had enough, or all. */
async function speak(
  port: number,
  privateKey: Buffer | undefined,
  packets: readonly Buffer[],
): Promise<void> {
  const client = new ssh2.Client();
  client.on('error', () => undefined);
  const gone = new Promise<void>((resolve) => void client.once('close', () => resolve()));
  const begun = new Promise<void>((resolve) => {
    if (privateKey === undefined) client.once('handshake', () => resolve());
    else client.once('ready', () => resolve());
  });
  client.connect({
    ...{ host: '127.0.0.1', port, username: 'x' },
    ...(privateKey === undefined ? { authHandler: () => undefined } : { privateKey }),
  });
  await Promise.race([begun, gone]);
  const { _cipher, _packetRW } = (client as unknown as Privates)._protocol;
  const { write } = _packetRW;
  for (const payload of packets) {
    const packet = write.alloc(payload.length);
    packet.set(payload, write.allocStart);
    _cipher.encrypt(write.finalize(packet));
    await new Promise(setImmediate);
  }
  client.end();
  await gone;
}

for (const isKnown of [false, true])
  void t.test(
    `packets at random of ${isKnown ? 'a known' : 'an unknown'} client harm nobody`,
    async (t: Test) => {
      const random = randomOfRun(t);
      const { door, node, principal, key, client, faults } = await anSshNode(t);
      const { file } = await key('laptop', await principal());
      const privateKey = isKnown ? await readFile(file) : undefined;
      const session = Buffer.concat([
        Buffer.of(90),
        wireString('session'),
        ...[0, 100_000, 32_768].map(wireUint32),
      ]);
      for (let at = 0; at < connectionsEach; at += 6)
        await Promise.all(
          Array.from({ length: 6 }, () => {
            const packets = Array.from({ length: packetsEach }, () => aPacket(random));
            return speak(door.port, privateKey, isKnown ? [session, ...packets] : packets);
          }),
        );
      t.equal((await (await client([file])).run(undefined)).code, 0);
      t.strictSame(faults, []);
      t.strictSame(node.troubles, []);
    },
  );
