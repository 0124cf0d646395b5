import t from 'tap';
import { formatSelector, parseSelector, selectorFault } from '../../config/selector.ts';

void t.test('each form is read to what it picks', async (t) => {
  const forms: [string, object][] = [
    ['payments', { kind: 'group', name: 'payments' }],
    ['group:a:b', { kind: 'group', name: 'a:b' }],
    ['group:everyone', { kind: 'group', name: 'everyone' }],
    ['email:Ana@Example.COM', { kind: 'email', address: 'ana@example.com' }],
    ['sub:https://idp.test/a/#x#y', { kind: 'sub', issuer: 'https://idp.test/a/', subject: 'x#y' }],
    ['workload:ci', { kind: 'workload', name: 'ci' }],
    ['everyone', { kind: 'everyone' }],
  ];
  for (const [text, selector] of forms) t.strictSame(parseSelector(text), selector, text);
});

void t.test('selectors are read and written back equal', async (t) => {
  for (const text of [
    'group:payments',
    'group:a:b',
    'email:ana@x.test',
    'sub:https://i#a#b',
    'workload:ci',
    'everyone',
  ])
    t.strictSame(formatSelector(parseSelector(text)), text);
  for (const text of ['', ' a', 'ana@x.test', 'email:x', 'sub:x', 'workload:X', 'role:x', 'a\u0000']) {
    t.throws(() => parseSelector(text), RangeError, JSON.stringify(text));
    t.type(selectorFault(text), 'string');
  }
});
