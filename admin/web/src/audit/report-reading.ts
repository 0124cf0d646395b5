/** The access report as the page reads it: its address answers what the command writes, which the API's document does not describe. */

export interface ReadReport {
  readonly hash: string;
  readonly grants: number;
  readonly neverUsed: number;
  readonly refusals: number;
  readonly gaps: readonly string[];
  readonly rules: readonly { readonly rule: string; readonly grants: number; readonly operations: number }[];
  readonly reviews: readonly {
    readonly by: string;
    readonly at: number;
    readonly remarks: string;
    readonly isOfThis: boolean;
  }[];
  /** Rules of today under which nothing was done in the period; undefined where the log holds no policy. */
  readonly unusedRules: readonly string[] | undefined;
  /** Approvers that rules of today name and who never signed in. */
  readonly neverSignedIn: readonly { readonly who: string; readonly rules: readonly string[] }[];
}

type Fields = Readonly<Record<string, unknown>>;

const fields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {};
const list = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value.map(fields) : []);
const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const number = (value: unknown): number => (typeof value === 'number' ? value : 0);

/** Takes what is there; what is not is empty. */
export function readReport(answered: unknown): ReadReport {
  const report = fields(answered);
  const rules = list(report.rules).map(({ rule, grants, operations }) => ({
    rule: text(rule),
    grants: number(grants),
    operations: number(operations),
  }));
  const used = new Set(rules.filter(({ operations }) => operations > 0).map(({ rule }) => rule));
  const today = Array.isArray(report.today) ? list(report.today) : undefined;
  const missing = new Map<string, Set<string>>();
  for (const { rule, approvers } of today ?? [])
    for (const { neverSignedIn } of list(approvers))
      for (const who of texts(neverSignedIn))
        missing.set(who, (missing.get(who) ?? new Set()).add(text(rule)));
  return {
    hash: text(report.hash),
    grants: list(report.grants).length,
    neverUsed: texts(report.neverUsed).length,
    refusals: list(report.refusals).reduce((sum, { count }) => sum + number(count), 0),
    gaps: list(report.gaps).map(
      ({ chain, after, what }) => `${text(chain)}, behind entry ${number(after)}: ${text(what)}`,
    ),
    rules,
    reviews: list(report.reviews).map(({ by, at, remarks, isOfThis }) => ({
      by: text(fields(by).name) || text(fields(by).id),
      at: number(at),
      remarks: text(remarks),
      isOfThis: isOfThis === true,
    })),
    unusedRules: today && [...new Set(today.map(({ rule }) => text(rule)))].filter((rule) => !used.has(rule)),
    neverSignedIn: [...missing].map(([who, of]) => ({ who, rules: [...of] })),
  };
}
