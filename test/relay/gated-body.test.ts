import t from 'tap';
import { PackGate } from '../../gateway/git/pack-gate.ts';
import { GatedBody } from '../../gateway/relay/gated-body.ts';

void t.test(
  'it says of each part of the pack that went on, and of none for what it keeps back',
  async (t) => {
    let handedOn = 0;
    const body = new GatedBody({
      head: Buffer.from('the list'),
      gate: new PackGate('sha1', 'seal', Buffer.alloc(24, 7)),
      handedOn: () => {
        handedOn += 1;
      },
      pass: () => Promise.resolve(false),
    });
    body.on('error', () => undefined);
    const begun = Buffer.concat([Buffer.from('PACK\0\0\0\x02\0\0\0\x01', 'latin1'), Buffer.alloc(100, 'x')]);
    const write = (bytes: Buffer): Promise<unknown> => new Promise((done) => void body.write(bytes, done));

    t.equal(handedOn, 0, 'the list is no part of it');
    await write(begun.subarray(0, 20));
    t.equal(handedOn, 0, 'the last 20 bytes are kept back');
    await write(begun.subarray(20));
    t.ok(handedOn > 0, 'what came before them went on');
  },
);
