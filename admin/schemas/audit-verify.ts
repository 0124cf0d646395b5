/** Shapes of what verifying a node’s log found. */
import Type from 'typebox';
import { Moment } from './people.ts';

const Standing = Type.Union([Type.Literal('attested'), Type.Literal('unattested'), Type.Literal('fault')], {
  description:
    '`attested`: no fault, and an anchor reaches the last checkpoint; `unattested`: no fault, and what was cut off at the end cannot be seen; `fault`: the log is not what was written',
});

/** What `sluice audit verify` says of this node’s files. */
export const Verified = Type.Object({
  at: Moment,
  standing: Standing,
  lines: Type.Array(Type.String(), { description: 'the words of the command' }),
  chains: Type.Array(
    Type.Object({
      chain: Type.String(),
      entries: Type.Integer(),
      lastSeq: Type.Integer({ description: 'complete to' }),
      lastAt: Type.Integer({ description: 'the node’s clock there; epoch milliseconds' }),
      attestation: Type.Union([Type.Literal('attested'), Type.Literal('unattested')]),
      attestedTo: Type.Optional(Type.Integer({ description: 'the last entry that an anchor attests' })),
      attestedBy: Type.Optional(Type.String({ description: 'which anchor that is' })),
    }),
  ),
  anchor: Type.Union([Type.Literal('read'), Type.Literal('none'), Type.Literal('unreadable')], {
    description: 'the file that `audit.witness` names, as this node reaches it',
  }),
});
