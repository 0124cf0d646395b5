import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { verify } from '../../gateway/audit/verify.ts';
import { makeSlowRepository } from '../../gateway/demo/sample-repository.ts';
import { startCannedHost } from '../servers/canned-host.ts';
import { type RawClone, startRawClone } from '../servers/raw-clone.ts';
import { startRawSshClone } from '../servers/raw-ssh-clone.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';
import { aSite, gitCredential, type Node, type Site } from './nodes.ts';
import { registeredKey, sshDoorSection } from './ssh-people.ts';

const clones = 100;
const readEveryMs = 50;

/** How a developer's raw clones come to a node, by each door. */
const doors: Readonly<Record<string, (site: Site, node: Node) => Promise<(repository: string) => RawClone>>> =
  {
    async HTTPS(site, node) {
      const secret = await gitCredential(site, node, 'developer');
      const ca = await readFile(site.caFile, 'utf8');
      return (repository) => startRawClone({ port: node.httpsPort, ca, secret, repository, readEveryMs });
    },
    async SSH(site, node) {
      const privateKey = await readFile(await registeredKey(site, node, 'developer'), 'utf8');
      return (repository) =>
        startRawSshClone({ port: node.sshPort ?? 0, privateKey, repository, readEveryMs });
    },
  };

for (const [door, clientsOf] of Object.entries(doors))
  void t.test(
    `one lock on everything tells each of a hundred slow clones over ${door} why, and each has one outcome`,
    async (t) => {
      const repositories = await temporaryDirectory(t);
      await makeSlowRepository(repositories);
      // None of them would end by itself within four minutes.
      const pace = { pieceBytes: 4_005, everyMs: 50 };
      const host = await startCannedHost(t, join(repositories, 'slow.git'), pace);
      const upstream = `{ kind: generic, url: "${host.url}", allowPlainHttp: true }`;
      const site = await aSite(t, {}, { upstream, more: sshDoorSection });
      const node = await site.node('one');
      const startClone = await clientsOf(site, node);
      // One repository each: clones of one from one address would be one operation.
      const running = Array.from({ length: clones }, (_, at) => startClone(`hub/open-${at}`));
      await Promise.all(running.map(({ moving }) => moving));

      const admin = await site.provider.idToken('admin');
      const { status, body } = await node.api(admin, 'POST', 'locks', {
        everything: true,
        reason: 'a laptop is missing',
      });
      t.equal(status, 201);
      const { cut } = body.running as unknown as { cut: readonly { id: string }[] };
      const ends = await Promise.all(running.map(({ ended }) => ended));
      for (const [at, { text }] of ends.entries())
        t.match(
          text,
          new RegExp(`^sluice: grant G-\\w+ is locked: "a laptop is missing"\n.*/ask/hub/open-${at}\\?`),
        );

      await node.program.stop('SIGTERM');
      const ended = (await node.entries()).filter(({ type }) => type === 'operation.ended');
      t.ok(
        ended.every(({ outcome, reason }) => outcome === 'cut' && reason === 'locked'),
        'every outcome is that it was cut by a lock',
      );
      const ids = ended.map(({ operationId }) => String(operationId)).toSorted();
      t.equal(new Set(ids).size, clones);
      t.equal(ids.length, clones, 'one each');
      t.strictSame(cut.map(({ id }) => id).toSorted(), ids, 'who locked was told of these');
      const { faults, chains } = await verify([node.auditDirectory]);
      t.strictSame(faults, []);
      t.strictSame(chains[0]?.openOperations, []);
    },
  );
