/** Columns that stand under each other. */

const gap = '  ';

/** Lines of the rows, each cell as wide as the widest of its column; the last column is left ragged. */
export function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows)
    for (const [column, cell] of row.entries())
      widths[column] = Math.max(widths[column] ?? 0, characters(cell));
  return rows.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - characters(cell)))
      .join(gap)
      .trimEnd(),
  );
}

function characters(text: string): number {
  return [...text].length;
}
