/** Secrets come from files, re-read when they change, or from the environment; their values stand in no error. */

/** Where a secret is kept. `env` names start with `SLUICE_`. */
export type SecretSource =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'env'; readonly name: string };
