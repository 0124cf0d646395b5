/** Server-sent events of an address of the gateway. */

/** A stream that was refused, or that a proxy answered for, is asked for again after so long. */
const retryMs = 20_000;

export interface Listening {
  readonly address: string;
  /** What to do with each kind of event; its data is JSON. */
  readonly on: Readonly<Record<string, (data: unknown) => void>>;
  /**
   * The stream ended otherwise than by us; it is opened again.
   *
   * @param isRefused it was not let in, which takes longer
   */
  onBroken(isRefused: boolean): void;
  /** It was closed since the tab is hidden. */
  onHidden(): void;
}

/**
 * Listens while the tab can be seen: browsers allow six connections to a host, and a hidden tab would keep one for nothing.
 *
 * @returns what ends the listening
 */
export function listen({ address, on, onBroken, onHidden }: Listening): () => void {
  let source: EventSource | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;

  const close = () => {
    clearTimeout(again);
    source?.close();
    source = undefined;
  };
  const open = () => {
    close();
    source = new EventSource(address);
    for (const [kind, take] of Object.entries(on)) {
      source.addEventListener(kind, ({ data }: MessageEvent<string>) => take(JSON.parse(data)));
    }
    source.addEventListener('error', () => {
      const isRefused = source?.readyState === EventSource.CLOSED;
      if (isRefused) again = setTimeout(open, retryMs);
      onBroken(isRefused);
    });
  };
  const turn = () => {
    if (document.visibilityState !== 'hidden') {
      if (source === undefined) open();
    } else if (source !== undefined) {
      close();
      onHidden();
    }
  };

  document.addEventListener('visibilitychange', turn);
  turn();
  return () => {
    document.removeEventListener('visibilitychange', turn);
    close();
  };
}
