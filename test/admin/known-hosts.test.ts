import t from 'tap';
import { anAdminGateway } from './admin-gateway.ts';

void t.test('everybody reads the host keys as known_hosts has them', async (t) => {
  const gateway = await anAdminGateway(t);
  const answer = await gateway.get('/setup/known_hosts');
  t.match(answer, {
    status: 200,
    body: { text: '# SHA256:abc ssh-ed25519\n[gw.test]:2222 ssh-ed25519 AAAA\n' },
  });
  t.match(answer.headers.get('content-type'), /^text\/plain/);
});
