/** What a lock of the log stops, in words. */
import { fieldOf, textOf } from './entry-words.ts';

/** `all access`, `access by P-…`, `pushes to hub/app but for P-…`. */
export function stoppedBy({
  on,
  right,
  except,
}: {
  readonly on: unknown;
  readonly right?: string | undefined;
  readonly except: readonly string[];
}): string {
  return `${stopped(on, right)}${except.length === 0 ? '' : ` but for ${except.join(', ')}`}`;
}

function stopped(on: unknown, right: string | undefined): string {
  const verb = right === 'push' ? 'pushes' : right === 'fetch' ? 'fetches' : 'access';
  const of = right === 'fetch' ? 'of' : 'to';
  switch (fieldOf(on, 'kind')) {
    case 'principal':
      return `${verb} by ${textOf(fieldOf(on, 'principalId')) ?? 'somebody'}`;
    case 'repository':
      return `${verb} ${of} ${textOf(fieldOf(on, 'repository')) ?? 'a repository'}`;
    case 'upstream':
      return `${verb} ${of} all of ${textOf(fieldOf(on, 'upstream')) ?? 'a host'}`;
    default:
      return `all ${verb}`;
  }
}
