import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import t from 'tap';
import { resetSocket } from '../../gateway/edge/reset-socket.ts';

for (const [when, before] of [
  ['at rest', () => undefined],
  ['that was told to end', (socket: Socket) => socket.end()],
  ['with bytes nobody takes, told to end', (socket: Socket) => socket.end(Buffer.alloc(16 * 2 ** 20))],
] as const) {
  void t.test(`a socket ${when} is gone when it was reset, and says so`, async (t) => {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.teardown(() => server.close());
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    client.on('error', () => undefined).pause();
    const [socket] = (await once(server, 'connection')) as [Socket];
    socket.on('error', (error) => t.fail(String(error)));
    const gone = once(socket, 'close');
    before(socket);
    resetSocket(socket);
    await gone;
    resetSocket(socket);
    client.destroy();
    t.ok(socket.destroyed);
  });
}
