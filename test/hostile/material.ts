/** Repositories to push to and the packs that are pushed, of one object format. */
import { appendFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ObjectFormat } from '../../gateway/git/pack-end.ts';
import { aWorkshop, type Workshop } from '../git/pack-makers.ts';
import type { Ending } from '../servers/ending.ts';
import type { PushPlan } from './plan.ts';

export interface Material {
  readonly format: ObjectFormat;
  readonly workshop: Workshop;
  readonly baseId: string;
  readonly ids: Readonly<Record<'small' | 'large' | 'empty', string>>;
  readonly packs: Readonly<Record<'small' | 'large' | 'empty', Buffer>>;
}

/** One command of a trial's push. */
export interface Update {
  readonly ref: string;
  readonly oldId: string;
  readonly newId: string;
}

/** Reflogs for every ref; nothing that only costs time here. */
const hostConfig = `
[core]
	logAllRefUpdates = always
	compression = 0
	fsync = none
[gc]
	auto = 0
[receive]
	autogc = false
	advertisePushOptions = true
	certNonceSeed = seed
`;

export async function makeMaterial(test: Ending, format: ObjectFormat): Promise<Material> {
  const workshop = await aWorkshop(test, format);
  const [small, large, empty] = [
    workshop.push('few', []),
    workshop.push('large', []),
    workshop.push('base', []),
  ];
  return {
    format,
    workshop,
    baseId: empty.newId,
    ids: { small: small.newId, large: large.newId, empty: empty.newId },
    packs: { small: small.pack, large: large.pack, empty: empty.pack },
  };
}

/** A bare repository at `path` that the trials may push to. */
export function makeHostRepository({ workshop }: Material, path: string): void {
  workshop.host(path);
  appendFileSync(`${path}/config`, hostConfig);
}

/** The commands of a trial's push, on refs of its own; those that are updated and deleted are made in the repository. */
export function prepareUpdates(
  plan: PushPlan,
  material: Material,
  repository: string,
  prefix: string,
): readonly Update[] {
  const zero = '0'.repeat(material.baseId.length);
  const tip = material.ids[plan.pack === 'none' ? 'empty' : plan.pack];
  return plan.commands.map((kind) => {
    const ref = `${prefix}/${kind}`;
    if (kind === 'create') return { ref, oldId: zero, newId: tip };
    const path = `${repository}/${ref}`;
    mkdirSync(dirname(path), { recursive: true });
    // Whole at once: a receive-pack beside that meets an empty ref calls its own push incomplete.
    const beside = `${repository}/ref-in-the-making`;
    writeFileSync(beside, `${material.baseId}\n`);
    renameSync(beside, path);
    return { ref, oldId: material.baseId, newId: kind === 'delete' ? zero : tip };
  });
}
