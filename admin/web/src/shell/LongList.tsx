/** A list that may be long: what is far out of sight is not in the document, and space is kept for it. */
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useCallback, useLayoutEffect, useRef, useState } from 'react';

/** Lists up to this length are drawn whole, so that the browser's own search finds everything in them. */
const drawnWhole = 60;
/** Rows that are drawn beyond the window's edges, for quick scrolling and for the Tab key. */
const beyond = 12;

/**
 * @param items at whatever length
 * @param keyOf a name for an item that lasts
 * @param rowHeight what a row is high before it is measured, in CSS pixels
 * @param className of the list
 * @param isPart whether there is more than `items`
 * @param onSight told which items are drawn, by their first and last place
 * @param onNearEnd called while the last items are in sight or nearly so
 * @param children draws one item as one element of a list (`li`), or of a group with `as="div"`
 */
export function LongList<T>({
  items,
  keyOf,
  rowHeight = 72,
  as: List = 'ul',
  className,
  isPart = false,
  onSight,
  onNearEnd,
  children,
}: {
  items: readonly T[];
  keyOf: (item: T) => string;
  rowHeight?: number;
  as?: 'ul' | 'div';
  className?: string | undefined;
  isPart?: boolean;
  onSight?: ((first: number, last: number) => void) | undefined;
  onNearEnd?: (() => void) | undefined;
  children: (item: T) => ReactNode;
}) {
  const list = useRef<HTMLElement>(null);
  const [top, setTop] = useState(0);
  // Another function would have all rows measured anew, thousands of them for each frame of a scroll.
  const nameOf = useRef(keyOf);
  nameOf.current = keyOf;
  const keyAt = useCallback((at: number) => nameOf.current(items[at] as T), [items]);
  const rows = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => rowHeight,
    overscan: items.length <= drawnWhole ? drawnWhole : beyond,
    scrollMargin: top,
    getItemKey: keyAt,
  });
  const drawn = rows.getVirtualItems();
  const [first] = drawn;
  const last = drawn.at(-1);

  useLayoutEffect(() => {
    const element = list.current;
    if (element === null) return;
    // What stands above it may have grown.
    const now = Math.round(element.getBoundingClientRect().top + window.scrollY);
    if (Math.abs(now - top) > 1) setTop(now);
    for (const [at, child] of [...element.children].entries()) {
      const item = drawn[at];
      if (item === undefined) continue;
      child.setAttribute('data-index', String(item.index));
      if (List === 'ul') {
        child.setAttribute('aria-posinset', String(item.index + 1));
        child.setAttribute('aria-setsize', isPart ? '-1' : String(items.length));
      }
      rows.measureElement(child as HTMLElement);
    }
  });

  const isNearEnd = last !== undefined && last.index >= items.length - beyond;
  const count = items.length;
  const nearEnd = useRef(onNearEnd);
  nearEnd.current = onNearEnd;
  useLayoutEffect(() => {
    if (isNearEnd && count > drawnWhole) nearEnd.current?.();
  }, [isNearEnd, count]);

  const sight = useRef(onSight);
  sight.current = onSight;
  const [from, to] = [first?.index, last?.index];
  useLayoutEffect(() => {
    if (from !== undefined && to !== undefined) sight.current?.(from, to);
  }, [from, to]);

  return (
    <List
      ref={(element: HTMLElement | null) => {
        list.current = element;
      }}
      className={className}
      style={{
        paddingTop: first === undefined ? 0 : first.start - top,
        paddingBottom: last === undefined ? 0 : Math.max(0, rows.getTotalSize() - (last.end - top)),
      }}
    >
      {drawn.map((row) => children(items[row.index] as T))}
    </List>
  );
}
