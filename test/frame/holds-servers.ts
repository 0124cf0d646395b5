/** Starts two servers, says their process ids, and waits to be killed. */
import { startProgram } from '../servers/program.ts';
import { startRedis } from '../servers/redis.ts';

const forever = { teardown: () => undefined };
const redis = await startRedis(forever);
const program = startProgram(forever, 'sleep', ['600']);
process.stdout.write(`${JSON.stringify([redis.process.pid, program.child.pid])}\n`);
setInterval(() => undefined, 60_000);
