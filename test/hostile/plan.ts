/** What a trial does, drawn from its seed: what is pushed, how it is broken, and when its access is stopped. */
import type { ObjectFormat } from '../../gateway/git/pack-end.ts';
import { type Draw, drawFrom } from './draw.ts';

/** How the list of commands is written. All from `certificate-and-command` on must be refused. */
const listForms = [
  'plain',
  'certificate',
  'certificate-and-command',
  'late-capabilities',
  'delim',
  'response-end',
  'duplicate',
] as const;

/** How the body stops coming: in HTTP's own way, not at all, by closing one half, by a reset. */
export type End = 'ended' | 'never' | 'half-closed' | 'reset';

export interface PushPlan {
  readonly commands: readonly ('create' | 'update' | 'delete')[];
  /** `large` is streamed and sealed, the others are held whole. */
  readonly pack: 'small' | 'large' | 'empty' | 'none';
  readonly list: (typeof listForms)[number];
  readonly atomic: boolean;
  readonly options: readonly string[];
  readonly sideBand: boolean;
  readonly report: boolean;
  readonly trailer: 'right' | 'wrong';
  /** Bytes behind the trailer, in its chunk or in one of their own. */
  readonly junk: { readonly bytes: Buffer; readonly when: 'with' | 'later' } | undefined;
  readonly coding: 'identity' | 'gzip' | 'gzip-empty-blocks' | 'gzip-short';
  readonly framing: 'length' | 'chunked';
  /** Where the body is split, as parts of its length. */
  readonly splits: readonly number[];
  /** Where it stops coming; undefined: behind its last byte. */
  readonly short: { readonly in: 'list' | 'header' | 'pack' | 'trailer'; readonly part: number } | undefined;
  readonly end: End;
}

/** Moments between two steps of the gateway, of the client and of the host, and how often each is drawn. */
const stepWeights = {
  'before enter': 1,
  'after enter': 1,
  'before standings': 1,
  'after standings': 3,
  'before passGate': 4,
  'after passGate': 4,
  'before standStill': 1,
  'inside the list': 1,
  'inside the pack': 1,
  'before the trailer': 2,
  'behind the last byte': 2,
  'the host is asked': 1,
  'the host has all': 1,
} as const;
export type Step = keyof typeof stepWeights;
export type ClientStep =
  | 'inside the list'
  | 'inside the pack'
  | 'before the trailer'
  | 'behind the last byte';
export type HostStep = Extract<Step, `the host ${string}`>;
export type StoreStep = Exclude<Step, ClientStep | HostStep>;

export type Moment =
  | { readonly kind: 'time'; readonly afterMs: number }
  | { readonly kind: 'step'; readonly step: Step; readonly nth: number };

export interface StopPlan {
  readonly how: 'revoke' | 'lock-principal' | 'lock-repository' | 'lock-everything' | 'expiry' | 'cut';
  readonly moment: Moment;
  /** A lock is lifted after so long; undefined: never. */
  readonly liftedAfterMs: number | undefined;
}

export interface Trial {
  readonly index: number;
  readonly format: ObjectFormat;
  readonly discovery: boolean;
  readonly pushes: readonly PushPlan[];
  /** Where a second push goes: behind the first on its connection, or beside it on another. */
  readonly second: 'behind' | 'beside';
  readonly stop: StopPlan | undefined;
}

/** The same trial each time for the same seed and index. */
export function drawTrial(seed: number, index: number): Trial {
  const draw = drawFrom(seed, index);
  const pushes = draw.chance(0.15) ? [drawPush(draw), drawPush(draw)] : [drawPush(draw)];
  return {
    index,
    format: draw.one(['sha1', 'sha256']),
    discovery: draw.chance(0.05),
    pushes,
    second: draw.one(['behind', 'beside']),
    stop: draw.chance(0.2) ? undefined : drawStop(draw),
  };
}

/** Most are broken in one way or none, so that those deep in the gateway are not hidden behind a fault in the list. */
function drawPush(draw: Draw): PushPlan {
  const only = draw.weighted({ create: 3, update: 1, delete: 1, mixed: 2 });
  const commands = only === 'mixed' ? (['create', 'update', 'delete'] as const) : [only];
  const broken = draw.weighted({ nowhere: 3, list: 1, trailer: 1, junk: 3, coding: 1, end: 2 });
  const pack =
    only === 'delete'
      ? 'none'
      : only === 'create'
        ? draw.weighted({ small: 2, large: 3, empty: 1 })
        : draw.weighted({ small: 1, large: 1 });
  return {
    commands,
    pack,
    list: broken === 'list' ? draw.one(listForms) : draw.chance(0.08) ? 'certificate' : 'plain',
    atomic: draw.chance(0.2),
    options: draw.chance(0.15) ? ['ci.skip', `n=${draw.below(1000)}`] : [],
    sideBand: draw.chance(0.85),
    report: draw.chance(0.9),
    trailer: broken === 'trailer' ? 'wrong' : 'right',
    junk:
      broken === 'junk'
        ? {
            bytes: draw.bytes(draw.chance(0.5) ? 1 + draw.below(4096) : draw.one([1, 19, 20, 21, 32, 64])),
            when: draw.weighted({ with: 2, later: 1 }),
          }
        : undefined,
    coding:
      broken === 'coding'
        ? draw.one(['gzip', 'gzip-empty-blocks', 'gzip-short'])
        : draw.chance(0.05)
          ? 'gzip'
          : 'identity',
    framing: draw.one(['length', 'chunked']),
    splits: Array.from({ length: draw.below(5) }, () => draw.unit()),
    short:
      broken === 'end' && draw.chance(0.6)
        ? { in: draw.one(['list', 'header', 'pack', 'trailer', 'trailer']), part: draw.unit() }
        : undefined,
    end:
      broken === 'end' || broken === 'junk'
        ? draw.one(['ended', 'never', 'never', 'half-closed', 'reset'])
        : 'ended',
  };
}

function drawStop(draw: Draw): StopPlan {
  const how = draw.weighted({
    revoke: 3,
    'lock-principal': 1,
    'lock-repository': 0.5,
    'lock-everything': 0.1,
    expiry: 1,
    cut: 1,
  });
  const step = draw.weighted(stepWeights);
  return {
    how,
    moment: draw.chance(0.3)
      ? { kind: 'time', afterMs: Math.floor(300 * draw.unit() ** 2) }
      : { kind: 'step', step, nth: draw.one([1, 1, 1, 2]) },
    liftedAfterMs: how === 'lock-principal' && draw.chance(0.5) ? undefined : draw.below(10),
  };
}

/** Whether all of the push is there, as it should be; whether its end is seen is a matter of the door. */
export function isWhole(push: PushPlan): boolean {
  const whole = push.short === undefined && push.junk === undefined && push.trailer === 'right';
  const read = push.list === 'plain' || push.list === 'certificate';
  return whole && read && (push.coding === 'identity' || push.coding === 'gzip');
}
