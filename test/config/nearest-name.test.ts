import t from 'tap';
import { nearestName } from '../../config/nearest-name.ts';

void t.test('a slip of the finger finds its name, another word finds none', async (t) => {
  const known = ['certificate', 'key', 'listen', 'proxyProtocol', 'maxDuration'];
  const slips: [string, string][] = [
    ['kye', 'key'],
    ['certifcate', 'certificate'],
    ['proxyprotocol', 'proxyProtocol'],
    ['maxduraton', 'maxDuration'],
  ];
  for (const [given, meant] of slips) t.equal(nearestName(given, known), meant, given);
  for (const given of ['password', '', 'x'.repeat(10_000)])
    t.equal(nearestName(given, known), undefined, given.slice(0, 20));
});
