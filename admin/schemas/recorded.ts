/** Whether what was done is in the audit already. */
import Type from 'typebox';

/** Of what the store enforces at once, whether or not this node can write its audit. */
export const Recorded = Type.Boolean({
  description:
    'false, with status 202, while the audit cannot be written: it is in force all the same, and this or another node records it as soon as one can',
});
