import t from 'tap';
import { standingWords } from '../../admin/web/src/audit/verified-words.ts';

const chain = { lastSeq: 46 };

void t.test('an attested log says how far, and that nothing is to be done', (t) => {
  t.match(standingWords({ standing: 'attested', anchor: 'read', chains: [{ ...chain, attestedTo: 41 }] }), {
    tone: 'good',
    title: 'Complete to 46, attested to 41',
  });
  t.end();
});

void t.test('a checkpoint that came while it was verified is no alarm', (t) => {
  const late = { ...chain, attestedTo: 41 };
  t.match(standingWords({ standing: 'unattested', anchor: 'read', chains: [late] }), {
    tone: 'good',
    next: /verify again/,
  });
  t.end();
});

void t.test('without an anchor it says what to set, and with one that cannot be read which', (t) => {
  const bare = { standing: 'unattested', chains: [chain] } as const;
  t.match(standingWords({ ...bare, anchor: 'none' }), {
    tone: 'warn',
    title: 'Complete to 46, unattested',
    next: /set audit\.witness/,
  });
  t.match(standingWords({ ...bare, anchor: 'unreadable' }), { next: /cannot be read here/ });
  t.end();
});

void t.test('a fault is said before all else', (t) => {
  t.match(standingWords({ standing: 'fault', anchor: 'read', chains: [{ ...chain, attestedTo: 41 }] }), {
    tone: 'bad',
    title: 'The log is not what was written',
  });
  t.end();
});
