/* Runs before the first paint, so that a chosen scheme never flashes the other one; a file of its own because the page allows no inline scripts. */
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem('sluice-color-scheme');
  } catch {
    // Storage may be switched off; the system's scheme is used then.
  }
  const dark =
    chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();
