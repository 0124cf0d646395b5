/** Whether bytes can be the name of a ref, by git's own rules (git-check-ref-format). */

/** Longer names fit no file system and no other client. */
const longestRef = 4096;

/**
 * A name of two levels or more under `refs/`, which is what receive-pack writes; bytes that are not UTF-8 are allowed, as git
 * allows them.
 */
export function isRefName(bytes: Buffer): boolean {
  if (bytes.length === 0 || bytes.length > longestRef) return false;
  const name = bytes.toString('latin1');
  if (!name.startsWith('refs/') || name.split('/').length < 3) return false;
  if (/[\x00-\x20\x7f~^:?*[\\]/.test(name)) return false;
  if (
    name.includes('..') ||
    name.includes('@{') ||
    name.includes('//') ||
    name.endsWith('/') ||
    name.endsWith('.')
  )
    return false;
  return name.split('/').every((level) => level !== '' && !level.startsWith('.') && !level.endsWith('.lock'));
}
