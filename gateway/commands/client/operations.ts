/** `sluice operations`: what runs on all nodes. */
import type { Command } from 'commander';
import type { Answer } from '../../../admin/handlers/handling.ts';
import type { OperationView } from '../../../admin/schemas/operations.ts';
import { clientCommand } from './client-command.ts';
import { perform } from './perform.ts';
import { bytesText, personText, shown, spanText } from './shown.ts';
import { table } from './table.ts';

/** The most the API lists. */
const limit = 1_000;
/** A living node is heard of every 5 s. */
const silentMs = 10_000;

/** Adds the command. */
export function addOperations(program: Command): void {
  clientCommand(program, 'operations', 'list the transfers on the books of all nodes').action(
    async (options: object) => {
      await perform(options, 'listOperations', { query: { live: true, limit } }, operationsText);
    },
  );
}

function operationsText({ now, operations, more }: Answer<'listOperations'>): string {
  if (operations.length === 0) return 'nothing is running that you may see\n';
  const lines = table([
    ['OPERATION', 'STATE', 'RIGHT', 'REPOSITORY', 'PRINCIPAL', 'SENT', 'RUNS FOR', 'NODE'],
    ...operations.map((operation) => [
      shown(operation.id),
      stateText(operation),
      operation.right,
      shown(operation.repository),
      personText(operation.principal),
      bytesText(operation.right === 'push' ? operation.bytesUp : operation.bytesDown),
      spanText(now - operation.startedAt),
      nodeText(operation, now),
    ]),
  ]);
  return [...lines, ...(more > 0 ? [`${more} older ones are left out`] : []), ''].join('\n');
}

/** A push behind the gate cannot be cut any more. */
function stateText({ state, passed }: OperationView): string {
  return passed === undefined ? shown(state) : `${shown(state)}, passed`;
}

function nodeText({ node, nodeSeenAt }: OperationView, now: number): string {
  const silence = now - nodeSeenAt;
  return silence > silentMs ? `${shown(node)} SILENT for ${spanText(silence)}` : shown(node);
}
