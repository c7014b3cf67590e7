#!/usr/bin/env node
// The command as npm links it. The published package holds the built program; inside the clone there are only the
// sources, which the clone's own Node runs.
import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(realpathSync(fileURLToPath(import.meta.url)));
const source = join(here, '..', 'src', 'cli', 'main.ts');
const launcher = join(here, '..', '..', '..', 'tools', 'node');

if (existsSync(source) && existsSync(launcher)) {
  const child = spawn(launcher, [source, ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal tells both processes; whoever signals this one alone means the other.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`cosem: ${error.message}`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 143);
  });
} else {
  await import('../dist/cli/main.js');
}
