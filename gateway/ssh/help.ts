/** What `ssh GATEWAY help` answers. */

export function helpLines(publicUrl: string): readonly string[] {
  return [
    'This is Sluice, which serves git while you hold a grant for it. There is no shell here.',
    '',
    '  (no command)                      who you are, and what you may do now',
    '  git-upload-pack REPOSITORY        fetch; git runs it for you',
    '  git-receive-pack REPOSITORY       push; git runs it for you',
    '  help                              this text',
    '',
    `Ask for access and register keys: ${publicUrl}/`,
  ];
}
