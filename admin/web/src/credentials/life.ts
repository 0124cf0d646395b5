/** A span that something may live for, as it is chosen. */
export interface Life {
  /** As the API takes it. */
  readonly value: string;
  readonly label: string;
}
