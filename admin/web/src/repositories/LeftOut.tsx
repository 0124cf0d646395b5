/** Says of a list of live grants that it is not whole. */

/** @param listed how many there are in it */
export function LeftOut({ listed }: { listed: number }) {
  return (
    <p style={{ margin: 0 }}>
      More than {listed} live, and those that end last are not listed here: <code>sluice grants --live</code>{' '}
      lists all.
    </p>
  );
}
