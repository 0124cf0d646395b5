#!/usr/bin/env node
/** The command line: `sluice serve`, `check-config`, `certs init`, `demo`, `audit verify`, `store accept`. */
import { Command } from 'commander';
import { addAuditVerify } from './commands/audit-verify.ts';
import { addCertsInit } from './commands/certs-init.ts';
import { addCheckConfig } from './commands/check-config.ts';
import { addDemo } from './commands/demo.ts';
import { addServe } from './commands/serve.ts';
import { addStoreAccept } from './commands/store-accept.ts';
import { version } from './version.ts';

const program = new Command('sluice')
  .description('Just-in-time access to Git repositories: access that ends, on the wire')
  .version(version);
for (const add of [addServe, addCheckConfig, addCertsInit, addDemo, addAuditVerify, addStoreAccept])
  add(program);
await program.parseAsync();
