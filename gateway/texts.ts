/** The lines a person reads when something ends or does not begin, with the names and requests that belong into them. */
import type { Turned } from './admission.ts';
import { askedLately } from './asked-lately.ts';
import { credentialEndText } from './credential-end-text.ts';
import { askAddress } from './grants/ask-address.ts';
import type { Decision } from './grants/decide.ts';
import { durationWords } from './grants/duration-words.ts';
import { inTime } from './grants/in-time.ts';
import { oneLine } from './grants/one-line.ts';
import { type PendingText, type Refused, refusalPhrase, refusalText } from './grants/refusal-text.ts';
import { timeText } from './grants/time-text.ts';
import { pause } from './pause.ts';
import type { Loss } from './relay/lease.ts';
import type { UpstreamTrouble } from './relay/upstream-trouble.ts';
import type { OperationCut, Right } from './store/records.ts';

/** What to show: lines for the terminal, and a phrase for one ref of a push report. */
export interface Shown {
  readonly lines: readonly string[];
  readonly phrase: string;
}

/** What a text is about. */
export interface About {
  readonly repository: string;
  readonly right: Right;
  readonly principalId: string | undefined;
}

export interface TextsNeeds {
  publicUrl(): string;
  ssh(): { readonly host: string; readonly port: number } | undefined;
  /** Names of principals; may fail, then ids are shown. */
  namesOf(ids: readonly string[]): Promise<ReadonlyMap<string, string | undefined>>;
  /** The caller's own request that waits for this, if there is one; may fail. */
  pendingFor(about: About): Promise<PendingText | undefined>;
  /** Monotonic milliseconds. */
  clock(): number;
  /** `1h`, or less where the rule allows less. */
  suggestedFor(about: About): string;
}

export interface Texts {
  turned(turned: Turned, about: About): Promise<Shown>;
  /** Why a running transfer is cut. */
  lost(
    loss: Loss<Decision>,
    grantId: string | undefined,
    endsAt: number,
    now: number,
    about: About,
  ): Promise<Shown>;
  trouble(trouble: UpstreamTrouble, about: About): Shown;
  /** The host has had all of a push, and said nothing of it. */
  noReport(about: About): Shown;
  /** A minute before the end of a fetch that runs. */
  endsSoon(about: About, endsAt: number, now: number): readonly string[];
  readonly auditFailed: Shown;
  readonly draining: Shown;
}

export function createTexts(needs: TextsNeeds): Texts {
  const namesOf = askedLately(needs.namesOf, needs.clock);
  // Of a cut only: who asks and tries again reads of their request at once.
  const pendingForCut = askedLately(needs.pendingFor, needs.clock);

  const refused = async (
    what: Refused,
    now: number,
    about: About,
    pendingFor = needs.pendingFor,
  ): Promise<Shown> => {
    const by = what.reason === 'grant-ended' && what.end.kind === 'revoked' ? [what.end.by] : [];
    const mayWait =
      what.reason === 'no-grant' || what.reason === 'grant-ended' || what.reason === 'outside-scope';
    const [names, pending] = await Promise.all([
      by.length > 0 ? soon(namesOf(by)) : undefined,
      mayWait ? soon(pendingFor(about)) : undefined,
    ]);
    const ssh = needs.ssh();
    const context = {
      publicUrl: needs.publicUrl(),
      ...(ssh === undefined ? {} : { ssh }),
      repository: about.repository,
      right: about.right,
      now,
      nameOf: (id: string) => names?.get(id),
      ...(pending === undefined ? {} : { pending }),
      suggestedFor: needs.suggestedFor(about),
    };
    return { lines: refusalText(what, context), phrase: refusalPhrase(what) };
  };

  const cutBy = async ({ by, reason, at }: OperationCut, { repository }: About): Promise<Shown> => {
    const names = await soon(namesOf([by]));
    const name = oneLine(names?.get(by) ?? by, 100);
    const when = timeText(at, at);
    return {
      lines: [
        `sluice: this transfer of ${oneLine(repository, 500)} was cut by ${name} at ${when}: "${oneLine(reason, 300)}"`,
        'your grant is as it was',
      ],
      phrase: `cut by ${name}`,
    };
  };

  return {
    async turned({ refused: what, now }, about) {
      if (what.reason === 'service-not-served')
        return {
          lines: ['sluice: only fetch and push are served here: no plain files, archives or LFS'],
          phrase: 'not served here',
        };
      if (what.reason !== 'api-credential') return await refused(what, now, about);
      return {
        lines: [
          'sluice: that credential is for the API, not for git',
          `make one for git: ${needs.publicUrl()}/credentials`,
        ],
        phrase: 'credential is not for git',
      };
    },
    async lost(loss, grantId, endsAt, now, about) {
      switch (loss.kind) {
        case 'denied':
          if (loss.denial.allowed) throw new Error('a lease was lost though its decision still allows it');
          return await refused(loss.denial, loss.denial.basis.now, about, pendingForCut);
        case 'end-reached':
          return await refused(
            { reason: 'grant-ended', grantId: grantId ?? 'G-?', end: { kind: 'expired', at: endsAt } },
            now,
            about,
            pendingForCut,
          );
        case 'credential-ended':
          return credentialEndText(loss.end, loss.now, needs.publicUrl());
        case 'store-lost':
        case 'taken-over':
          return await refused({ reason: 'store-unreachable' }, now, about);
        case 'idle':
          return idle(loss.afterMs);
        case 'cut':
          return await cutBy(loss.cut, about);
        case 'audit-failed':
          return auditFailed;
        case 'stopping':
          return draining;
      }
    },
    trouble: (trouble, about) =>
      troubleText(trouble, about, { publicUrl: needs.publicUrl(), ssh: needs.ssh() }),
    noReport: ({ repository }) => ({
      lines: [
        `sluice: the git host behind ${upstreamOf(repository)} has the whole push and did not say what became of it`,
        'look with git ls-remote before you push again',
      ],
      phrase: 'git host did not report; look before you push again',
    }),
    endsSoon: ({ repository, right }, endsAt, now) => [
      `sluice: your access to ${oneLine(repository, 500)} ends at ${timeText(endsAt, now)}; this goes on until then`,
      `for longer: ${askAddress(needs.publicUrl(), repository, right)}`,
    ],
    auditFailed,
    draining,
  };
}

/** A name is worth waiting for only so long: the person at the prompt waits too, and a cut is due. */
const patienceMs = 250;

async function soon<T>(asked: Promise<T>): Promise<T | undefined> {
  return await inTime(
    patienceMs,
    asked.catch(() => undefined),
    pause,
  );
}

const bare = { publicUrl: '', repository: '', right: 'fetch', now: 0, nameOf: () => undefined } as const;

const auditFailed: Shown = {
  lines: refusalText({ reason: 'audit-unavailable' }, bare),
  phrase: refusalPhrase({ reason: 'audit-unavailable' }),
};

const idle = (afterMs: number): Shown => ({
  lines: [
    `sluice: nothing moved for ${durationWords(afterMs)}; the transfer is ended, and your grant is not`,
  ],
  phrase: 'nothing moved for too long',
});

const upstreamOf = (repository: string): string => oneLine(repository.slice(0, repository.indexOf('/')), 100);

const draining: Shown = {
  lines: ['sluice: this gateway is restarting; nothing was changed; run the same command again'],
  phrase: 'gateway is restarting',
};

function troubleText(
  trouble: UpstreamTrouble,
  { repository }: About,
  { publicUrl, ssh }: { readonly publicUrl: string; readonly ssh: ReturnType<TextsNeeds['ssh']> },
): Shown {
  const upstream = upstreamOf(repository);
  switch (trouble.kind) {
    case 'unreachable':
      return {
        lines: [
          `sluice: the git host behind ${upstream} cannot be reached; nothing was changed; try again in a minute`,
        ],
        phrase: 'git host cannot be reached',
      };
    case 'credential-refused':
      return {
        lines: [
          `sluice: the git host behind ${upstream} does not accept the gateway's own credential; your grant is fine`,
          'your operator has been told',
        ],
        phrase: "git host refused the gateway's credential",
      };
    case 'not-found':
      return {
        lines: [`sluice: the git host has no repository ${oneLine(repository, 500)}`],
        phrase: 'no such repository on the git host',
      };
    case 'moved': {
      const name = oneLine(`${upstream}/${decoded(trouble.path)}`, 500);
      return {
        lines: [
          `sluice: ${oneLine(repository, 500)} has moved on its host`,
          `use its new name: ${publicUrl}/${name}.git`,
        ],
        phrase: 'repository has moved',
      };
    }
    case 'sent-away':
      return {
        lines: [
          `sluice: the git host behind ${upstream} sends this repository elsewhere, where the gateway does not follow`,
        ],
        phrase: 'git host redirects elsewhere',
      };
    case 'error-status':
      return {
        lines: [
          `sluice: the git host behind ${upstream} answered ${trouble.status}; nothing was changed; try again in a minute`,
        ],
        phrase: `git host answered ${trouble.status}`,
      };
    case 'not-git':
      return {
        lines: [
          `sluice: the git host behind ${upstream} did not answer as a git host does; nothing was changed`,
        ],
        phrase: 'git host did not answer git',
      };
    case 'host-key':
      return {
        lines: [
          `sluice: the git host behind ${upstream} shows another SSH key than this gateway expects of it; nothing was sent there`,
          'your operator has been told; your grant is fine',
        ],
        phrase: 'git host shows an unexpected key',
      };
    case 'said-nothing':
      return {
        lines: [
          `sluice: the git host does not open ${oneLine(repository, 500)}: it has none of that name, or does not let this gateway in`,
          'look at the name; if it is right, your operator finds the host’s own words in the log',
        ],
        phrase: 'git host does not open the repository',
      };
    case 'ssh-only':
      return {
        lines: [
          `sluice: ${oneLine(repository, 500)} is served over SSH alone; nothing was changed`,
          ssh === undefined
            ? 'this gateway has no SSH door; tell your operator'
            : `use ssh://git@${ssh.host}:${ssh.port}/${oneLine(repository, 500)}.git`,
        ],
        phrase: 'served over SSH alone',
      };
  }
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
