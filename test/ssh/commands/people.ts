/** A node with an SSH door, rules of every kind, and people with keys who give it commands. */
import type { Test } from 'tap';
import { makeAppRepository } from '../../../gateway/demo/sample-repository.ts';
import type { Principal } from '../../../gateway/store/records.ts';
import type { GitNodeOptions } from '../../https/git-node.ts';
import type { SshClient } from '../../servers/ssh.ts';
import { aPerson } from '../../store/samples.ts';
import { anSshNode, type SshNode } from '../ssh-node.ts';

const rules = `
  - { match: hub/critical, critical: true, requesters: [developers], fetch: { approval: 1, maxDuration: 1h } }
  - { match: hub/ask, requesters: [developers], fetch: { approval: ask, maxDuration: 40m }, push: { approval: ask, maxDuration: 40m } }
  - { match: "hub/**", requesters: [developers, leads], fetch: { approval: 1, maxDuration: 8h }, push: { approval: 1, maxDuration: 8h } }`;

export interface Somebody {
  readonly principal: Principal;
  readonly ssh: SshClient;
  readonly keyFile: string;
}

export interface Office {
  readonly at: SshNode;
  /** Somebody new, with a key. */
  somebody(name: string, groups: readonly string[], change?: Partial<Principal>): Promise<Somebody>;
  /** Asks as a person, and answers with the request's id. */
  asked(by: Somebody, words: string): Promise<string>;
}

export async function anOffice(t: Test, options: GitNodeOptions = {}): Promise<Office> {
  const at = await anSshNode(t, { rules, ...options });
  await makeAppRepository(at.node.directory);
  return {
    at,
    async somebody(name, groups, change = {}) {
      const person = aPerson({
        subject: name,
        name,
        email: `${name}@x.test`,
        groups: [...groups],
        ...change,
      });
      const principal = await at.node.store.enrol(person, `P-${name.toUpperCase()}`);
      const { file } = await at.key(`key-of-${name}`, principal);
      return { principal, keyFile: file, ssh: await at.client([file]) };
    },
    async asked(by, words) {
      const run = await by.ssh.run(`request ${words}`);
      const [id] = /R-[0-9A-Z]+/.exec(run.stdout) ?? [];
      if (run.code !== 0 || id === undefined) throw new Error(run.stdout + run.stderr);
      return id;
    },
  };
}
