/** The YAML text: parsed once, asked again for the place of each field. */
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type ParsedNode,
  parseDocument,
} from 'yaml';
import { type Fault, type FieldPath, formatPath, type Problem } from './fault.ts';

export interface ConfigDocument {
  /** Faults of the YAML itself; the value must not be used when there are any. */
  readonly faults: readonly Fault[];
  readonly value: unknown;
  /** Gives a problem its place: the field's own, or that of the nearest section around it that exists. */
  locate(problem: Problem): Fault;
}

/** Parses YAML 1.2 with the core schema; keys must be plain and unique, aliases few. */
export function parseConfigDocument(source: string, file: string): ConfigDocument {
  const lines = new LineCounter();
  const document = parseDocument(source, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    uniqueKeys: true,
    version: '1.2',
  });
  const faultAt = (offset: number, field: string, message: string): Fault => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1), field, message };
  };

  const faults = [...document.errors, ...document.warnings].map((problem) =>
    faultAt(problem.pos[0], '', `is not YAML this file may hold: ${firstLine(problem.message)}`),
  );
  let value: unknown;
  if (faults.length === 0) {
    try {
      value = document.toJS({ maxAliasCount: 100 });
    } catch {
      faults.push(faultAt(0, '', 'uses aliases that are unknown or expand too far'));
    }
  }

  const deref = (node: unknown): unknown => (isAlias(node) ? node.resolve(document) : node);
  const offsetOf = (path: FieldPath, atKey: boolean): number => {
    let node: unknown = document.contents;
    let offset = start(document.contents);
    for (const [at, step] of path.entries()) {
      const inside = deref(node);
      if (isMap<ParsedNode, ParsedNode>(inside)) {
        const pair = inside.items.find(({ key }) => isScalar(key) && key.value === step);
        if (pair === undefined) return offset;
        node = pair.value;
        const last = at === path.length - 1;
        offset = last && !atKey ? start(pair.value) || start(pair.key) : start(pair.key);
      } else if (isSeq<ParsedNode>(inside) && typeof step === 'number') {
        const item = inside.items[step];
        if (item === undefined) return offset;
        node = item;
        offset = start(item);
      } else {
        return offset;
      }
    }
    return offset;
  };

  return {
    faults,
    value,
    locate: ({ path, message, atKey }) => faultAt(offsetOf(path, atKey === true), formatPath(path), message),
  };
}

function start(node: Node | null): number {
  return node?.range?.[0] ?? 0;
}

function firstLine(message: string): string {
  return message.split('\n')[0] ?? message;
}
