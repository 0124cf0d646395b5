/** Calls of one moment made in one: what a thousand transfers tell the store at once must not be a thousand scripts. */

/**
 * Gathers what is asked for until the event loop has come round once, and sends it together, in order; a group that is full
 * is followed by another. Each call has the answer of its group: it rejects with it.
 *
 * @param atMost items in a group: the store does nothing else while it works on one
 */
export function gathering<Item>(
  atMost: number,
  send: (items: readonly Item[]) => Promise<unknown>,
): (item: Item) => Promise<void> {
  let open: { readonly items: Item[]; readonly sent: Promise<void> } | undefined;
  const begin = () => {
    const items: Item[] = [];
    const group = {
      items,
      sent: new Promise<void>((resolve) => setImmediate(resolve)).then(async () => {
        if (open === group) open = undefined;
        await send(items);
      }),
    };
    return group;
  };
  return (item) => {
    if (open === undefined || open.items.length >= atMost) open = begin();
    open.items.push(item);
    return open.sent;
  };
}
