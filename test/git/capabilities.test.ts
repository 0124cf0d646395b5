import t from 'tap';
import {
  allowedOf,
  faultOfChosen,
  hasControl,
  readCapabilities,
  receivePackCapabilities,
  uploadPackCapabilities,
  versionTwoCapabilities,
  versionTwoFeatures,
  writeCapabilities,
} from '../../gateway/git/capabilities.ts';
import { randomOfRun } from './feeding.ts';

void t.test('a list is parted at blanks; values begin at the first equals sign', async (t) => {
  t.strictSame(readCapabilities(' report-status  agent=git/2=x object-format= '), [
    { key: 'report-status', value: undefined },
    { key: 'agent', value: 'git/2=x' },
    { key: 'object-format', value: '' },
  ]);
  t.strictSame(readCapabilities(''), []);
});

void t.test('a list written is read back equal', async (t) => {
  const random = randomOfRun(t);
  const keys = [...receivePackCapabilities];
  for (let round = 0; round < 200; round += 1) {
    const list = Array.from({ length: random(6) }, () => ({
      key: keys[random(keys.length)] ?? '',
      value: [undefined, '', 'a', 'a=b', '\xff'][random(5)],
    }));
    t.strictSame(readCapabilities(writeCapabilities(list)), list);
  }
});

for (const [list, fault] of [
  ['report-status side-band-64k agent=git/2.39.5 session-id=1', undefined],
  ['', undefined],
  ['agent=a agent=a', undefined],
  ['evil', 'the capability "evil" is not allowed'],
  ['report-status\tevil', 'the capability "report-status\\tevil" is not allowed'],
  ['agent=a\tpush-options', 'the capability agent holds a control character'],
  ['agent=a\0push-options', 'the capability agent holds a control character'],
  ['agent=a\natomic', 'the capability agent holds a control character'],
  ['agent=a\vatomic', 'the capability agent holds a control character'],
  ['object-format=sha1 object-format=sha256', 'the capability object-format has two values'],
  ['atomic atomic=1', 'the capability atomic has two values'],
  [`agent=${'a'.repeat(9_000)}`, 'its capabilities are longer than 8192 bytes'],
  [`${'e'.repeat(100)}`, `the capability "${'e'.repeat(60)}" is not allowed`],
] as const)
  void t.test(
    `the choice ${JSON.stringify(list.slice(0, 60))} ${fault === undefined ? 'passes' : 'is at fault'}`,
    async (t) => {
      t.equal(faultOfChosen(readCapabilities(list), receivePackCapabilities), fault);
    },
  );

void t.test('of an offer what is unknown or could be read as more than one goes', async (t) => {
  const offered = readCapabilities('atomic evil agent=a\tbundle-uri push-cert=1-2 delete-refs');

  t.strictSame(
    allowedOf(offered, receivePackCapabilities).map(({ key }) => key),
    ['atomic', 'push-cert', 'delete-refs'],
  );
});

void t.test('nothing on the lists leads elsewhere for data', async (t) => {
  const all = [
    uploadPackCapabilities,
    receivePackCapabilities,
    versionTwoCapabilities,
    ...versionTwoFeatures.values(),
  ].flatMap((list) => [...list]);

  for (const elsewhere of ['packfile-uris', 'bundle-uri', 'sideband-all', 'promisor-remote'])
    t.notOk(all.includes(elsewhere), elsewhere);
});

void t.test('control characters are those that end or part words, and their kind', async (t) => {
  for (const text of ['\0', 'a\t', '\n', '\r', '\x1b', '\x7f']) t.ok(hasControl(text));
  for (const text of ['', 'a b', 'é', '~']) t.notOk(hasControl(text));
});
