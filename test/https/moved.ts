/** Waiting until a transfer has got somewhere. */
import type { GitNode } from './git-node.ts';

/** Resolves once some operation of the node has moved more than so many bytes that way. */
export async function moved(node: GitNode, direction: 'bytesDown' | 'bytesUp', bytes: number): Promise<void> {
  while (!node.git.book.live().some((operation) => operation[direction] > bytes))
    await new Promise((resolve) => setTimeout(resolve, 5));
}
