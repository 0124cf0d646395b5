#!/usr/bin/env node
/**
 * The command line: `sluice serve`, `check-config`, `certs init`, `demo`, `audit verify`, `audit replay`, `audit query`, `store accept`; `login` for who has
 * none yet; and for who has a credential: `grants`, `revoke`, `locks`, `lock`, `lift`, `operations`, `cut`.
 */
import { Command } from 'commander';
import { addAuditQuery } from './commands/audit-query.ts';
import { addAuditReplay } from './commands/audit-replay.ts';
import { addAuditReport } from './commands/audit-report.ts';
import { addAuditVerify } from './commands/audit-verify.ts';
import { addCertsInit } from './commands/certs-init.ts';
import { addCheckConfig } from './commands/check-config.ts';
import { addCut } from './commands/client/cut.ts';
import { addGrants } from './commands/client/grants.ts';
import { addLift } from './commands/client/lift.ts';
import { addLock } from './commands/client/lock.ts';
import { addLocks } from './commands/client/locks.ts';
import { addLogin } from './commands/client/login.ts';
import { addOperations } from './commands/client/operations.ts';
import { addRevoke } from './commands/client/revoke.ts';
import { addDemo } from './commands/demo.ts';
import { addServe } from './commands/serve.ts';
import { addStoreAccept } from './commands/store-accept.ts';
import { version } from './version.ts';

const program = new Command('sluice')
  .description('Just-in-time access to Git repositories: access that ends, on the wire')
  .version(version);
for (const add of [
  addServe,
  addCheckConfig,
  addCertsInit,
  addDemo,
  addAuditVerify,
  addAuditReplay,
  addAuditQuery,
  addAuditReport,
  addStoreAccept,
  addLogin,
  addGrants,
  addRevoke,
  addLocks,
  addLock,
  addLift,
  addOperations,
  addCut,
])
  add(program);
await program.parseAsync();
