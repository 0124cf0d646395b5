/** The canned host of a bench in a process of its own: `REPOSITORY [PIECE-BYTES EVERY-MS]`. */

import { startCannedHost } from '../servers/canned-host.ts';
import { endingAtWill } from '../servers/ending.ts';

const [repository = '', pieceBytes, everyMs] = process.argv.slice(2);
const end = endingAtWill();
const pace =
  pieceBytes === undefined ? undefined : { pieceBytes: Number(pieceBytes), everyMs: Number(everyMs) };
const host = await startCannedHost(end, repository, pace);
process.once('SIGTERM', () => void end.end().then(() => process.exit(0)));
process.stdout.write(`${JSON.stringify({ port: host.port })}\n`);
