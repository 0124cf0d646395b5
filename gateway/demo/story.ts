/** The demo's story: what to paste into a second shell, line by line, and what to expect of each. */
import type { DemoFacts } from './demo.ts';

/** The whole story as text; its shell lines can be pasted one by one or all at once. `root` is the clone the demo runs in. */
export function story(facts: DemoFacts, root: string): string {
  const { https, ssh, caFile, auditDirectory, auditKeyFile, checkpointsFile, sshKeyFile, accounts } = facts;
  const gitAddress = https.replace('https://', `https://git:${accounts.developer.git}@`);
  const ask = (repository: string, right: string, duration: string, reason: string): string =>
    `R=$(api "$DEV" requests '${JSON.stringify({ scopes: [{ repository, right }], duration, reason })}' | grep -o 'R-[0-9A-Z]*' | head -1); echo "$R"`;
  const approve = `api "$BOSS" requests/$R/approve '{}' | grep -o '"state":"[a-z]*"'`;
  return `
Sluice is running at ${https} and ${ssh}
Nothing is written outside ${root}/.demo, and nothing into git's global configuration. Ctrl-C ends it and removes all of it.

Paste this into a second shell, line by line.

# -- for this shell only: whom to trust, who asks, who answers
cd "$(mktemp -d)"
export GIT_SSL_CAINFO=${caFile} GIT_TERMINAL_PROMPT=0
export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=credential.helper GIT_CONFIG_VALUE_0=  # your credential helper keeps nothing of this
DEV=${accounts.developer.api} BOSS=${accounts.approver.api}
api() { curl -sS --cacert "$GIT_SSL_CAINFO" -H "authorization: Bearer $1" ${https}/api/$2 \${3:+-H content-type:application/json -d "$3"}; }

# -- refused: there is no grant, and git says how to ask
git clone ${gitAddress}/demo/app

# -- requested by the developer, approved by the approver (in the page: ${https}/ask/demo/app?right=push)
${ask('demo/app', 'push', '1h', 'try the demo')}
${approve}

# -- cloned and pushed
git clone ${gitAddress}/demo/app
git -C app -c user.name=Dana -c user.email=dana@demo.example commit -q --allow-empty -m "through the gateway"
git -C app push origin HEAD:refs/heads/demo

# -- the same over SSH, with a key that is the developer's (people register theirs in the page)
curl -sS --cacert "$GIT_SSL_CAINFO" ${https}/setup/known_hosts > known_hosts
export GIT_SSH_COMMAND="ssh -F none -i ${sshKeyFile} -o IdentitiesOnly=yes -o UserKnownHostsFile=$PWD/known_hosts"
eval "$GIT_SSH_COMMAND -n -p ${new URL(ssh).port} localhost"
git clone ${ssh.replace('ssh://', 'ssh://git@')}/demo/app over-ssh
git -C over-ssh -c user.name=Dana -c user.email=dana@demo.example commit -q --allow-empty -m "through the SSH door"
git -C over-ssh push origin HEAD:refs/heads/demo-ssh

# -- a repository served at 200 KB/s, whose grants last 40 seconds: the clone is cut, and says why
${ask('demo/slow', 'fetch', '40s', 'see it cut')}
${approve}
git clone ${gitAddress}/demo/slow
git clone ${ssh.replace('ssh://', 'ssh://git@')}/demo/slow  # the other door says it too

# -- all of it is on record, the record holds together, and the checkpoints kept elsewhere attest it
node ${root}/dist/gateway/main.js audit verify ${auditDirectory} --key ${auditKeyFile} --anchor ${checkpointsFile}

# -- in a browser (its certificate is the demo's own): sign in as developer, approver, auditor or admin; no password
echo ${https}/

`;
}
