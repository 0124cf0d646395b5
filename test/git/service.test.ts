import t from 'tap';
import {
  advertisementType,
  isService,
  protocolVersion,
  requestType,
  resultType,
} from '../../gateway/git/service.ts';

for (const [value, version] of [
  [undefined, 0],
  ['', 0],
  ['version=0', 0],
  ['version=1', 1],
  ['version=2', 2],
  ['version=1:version=2', 2],
  ['version=2:version=1', 2],
  ['a:version=2:b=c', 2],
  ['version=9', 0],
  ['version=9:version=1', 1],
  ['version=2;id', 0],
  ['version=2:$(id)', 0],
  ['version=2\n', 0],
  [' version=2', 0],
  ['version=2:', 0],
  [':version=2', 0],
  ['VERSION=2', 0],
  ['version=02', 0],
  ['version', 0],
  [`version=2:${'a:'.repeat(200)}a`, 0],
] as const)
  void t.test(`${JSON.stringify(value?.slice(0, 40))} asks for version ${version}`, async (t) => {
    t.equal(protocolVersion(value), version);
  });

void t.test('two services pass, by their exact names', async (t) => {
  for (const name of ['git-upload-pack', 'git-receive-pack']) t.ok(isService(name));
  for (const name of ['git-upload-archive', 'upload-pack', 'GIT-UPLOAD-PACK', 'git-upload-pack ', ''])
    t.notOk(isService(name));
});

void t.test('media types are those of gitprotocol-http', async (t) => {
  t.equal(advertisementType('git-upload-pack'), 'application/x-git-upload-pack-advertisement');
  t.equal(requestType('git-receive-pack'), 'application/x-git-receive-pack-request');
  t.equal(resultType('git-receive-pack'), 'application/x-git-receive-pack-result');
});
