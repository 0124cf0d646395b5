/** Installs the Debian packages whose programs the tests use as real peers, or says which are missing. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { run, succeeds } from './run.mjs';

/** Package name, and how to see that what the tests use of it is there; Debian's modules belong to Debian's own Python. */
const wanted = [
  ['git', () => onPath('git')],
  ['git-lfs', () => onPath('git-lfs')],
  ['curl', () => onPath('curl')],
  ['openssl', () => onPath('openssl')],
  ['openssh-client', () => onPath('ssh')],
  ['openssh-server', () => onPath('sshd')],
  ['nginx', () => onPath('nginx')],
  ['fcgiwrap', () => onPath('fcgiwrap')],
  ['haproxy', () => onPath('haproxy')],
  ['gitolite3', () => onPath('gitolite')],
  ['redis-server', () => onPath('redis-server')],
  ['logrotate', () => existsSync('/usr/sbin/logrotate')],
  ['chromium-headless-shell', () => existsSync('/usr/lib/chromium/chromium-headless-shell')],
  ['python3-dulwich', () => succeeds('/usr/bin/python3', ['-c', 'import dulwich'])],
  ['python3-pygit2', () => succeeds('/usr/bin/python3', ['-c', 'import pygit2'])],
  // A JDK would be five times all the others; where there is one, JGit is a peer too.
  ['libjgit-java', () => !onPath('javac') || existsSync('/usr/share/java/org.eclipse.jgit.jar')],
];

/**
 * Sees to it that the tests' peers are installed: with apt-get when root, else by naming them.
 *
 * @returns {readonly string[]} the packages that are still missing
 */
export function ensureDebianPackages() {
  const missing = missingPackages();
  if (missing.length === 0) return [];
  if (process.getuid?.() !== 0 || !onPath('apt-get')) return missing;
  console.error(`# Debian packages are missing: apt-get install ${missing.join(' ')}`);
  withoutStartingServices(() => {
    const quiet = { stdio: ['ignore', 2, 2], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
    run('apt-get', ['-qq', 'update'], quiet);
    run('apt-get', ['-qq', 'install', '-y', '--no-install-recommends', ...missing], quiet);
  });
  return missingPackages();
}

/** @returns {string[]} */
function missingPackages() {
  return wanted.filter(([, isThere]) => !isThere()).map(([name]) => name);
}

/**
 * Keeps packages from starting their services on ports 80 and 6379: exit 101 of policy-rc.d means "may not".
 *
 * The file forbids only while this process lives, so that one left behind by a kill forbids nothing.
 *
 * @param {() => void} install
 */
function withoutStartingServices(install) {
  const policy = '/usr/sbin/policy-rc.d';
  const mark = '# written by npm test of Sluice';
  if (existsSync(policy) && !readFileSync(policy, 'utf8').includes(mark)) return install();
  writeFileSync(policy, `#!/bin/sh\n${mark}\n[ -d /proc/${process.pid} ] && exit 101\nexit 0\n`, {
    mode: 0o755,
  });
  try {
    install();
  } finally {
    rmSync(policy, { force: true });
  }
}

/** @param {string} program */
function onPath(program) {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin', '/usr/local/sbin'];
  return folders.some((folder) => folder !== '' && existsSync(`${folder}/${program}`));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) ensureDebianPackages();
