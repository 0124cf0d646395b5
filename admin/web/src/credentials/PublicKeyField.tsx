/** Takes a public key; a private one does not stay in it and goes nowhere. */
import { Textarea } from '@mantine/core';
import { useState } from 'react';
import type { ApiProblem } from '../api/api-problem.ts';
import { sentence } from '../text/sentence.ts';
import { visibleString } from '../text/visible-text.ts';
import { looksPrivate } from './private-key.ts';

/**
 * @param isMissing whether to say that it is
 * @param problem what the API said of it
 */
export function PublicKeyField({
  value,
  onChange,
  isMissing,
  problem,
}: {
  value: string;
  onChange: (publicKey: string) => void;
  isMissing: boolean;
  problem: ApiProblem | null;
}) {
  const [wasPrivate, setPrivate] = useState(false);
  const take = (text: string) => {
    const isPrivate = looksPrivate(text);
    setPrivate(isPrivate);
    onChange(isPrivate ? '' : text);
  };
  const error = wasPrivate
    ? 'That is a private key, or part of one. It was not sent, and is gone from this field. Paste the line of the file that ends in .pub.'
    : isMissing
      ? 'Paste the public key.'
      : problem !== null && visibleString(sentence(problem.problem.message));
  return (
    <Textarea
      label="Public key"
      description="The line in the file that ends in .pub, such as ~/.ssh/id_ed25519.pub"
      placeholder="ssh-ed25519 AAAA… ana@laptop"
      value={value}
      onChange={(event) => take(event.currentTarget.value)}
      error={error}
      maxLength={16_384}
      autoComplete="off"
      spellCheck={false}
      autosize
      minRows={3}
      maxRows={8}
      required
      size="md"
      data-autofocus
    />
  );
}

/** Splits off what the API said of the key itself, which is said at its field. */
export function ofTheKey(problem: ApiProblem | null): {
  readonly atField: ApiProblem | null;
  readonly elsewhere: ApiProblem | null;
} {
  const isOfKey = problem !== null && ['bad-key', 'key-taken'].includes(problem.problem.error);
  return isOfKey ? { atField: problem, elsewhere: null } : { atField: null, elsewhere: problem };
}
