/** The `sluice` program as tests start it: the build that the whole suite has made, or the sources, where a file is run by itself. */
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Node's arguments in front of the program's own. The build starts in a quarter of the processor time. */
export const sluiceProgram: readonly string[] =
  process.env.SLUICE_TEST_BUILT === '1'
    ? [`${root}dist/gateway/main.js`]
    : ['--import', `${root}node_modules/tsx/dist/esm/index.mjs`, `${root}gateway/main.ts`];
