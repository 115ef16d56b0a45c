#!/usr/bin/env node
/** The `fer` command: starts the built program, or says how to build it. Committed as JavaScript so that it exists, executable, before any build. */
import { existsSync } from 'node:fs';

const program = new URL('../dist/bin/main.js', import.meta.url);
if (existsSync(program)) {
  await import(program.href);
} else {
  console.error(
    'fer: this checkout is not built yet. Run "npm run build" in its folder (or "npm run quickstart") and try again.',
  );
  process.exitCode = 1;
}
