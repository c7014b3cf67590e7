#!/usr/bin/env node
// The command as npm links it. The published package holds the built program; inside the clone there are only the
// sources, which the clone's own Node runs.
import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(realpathSync(fileURLToPath(import.meta.url)));
const built = join(here, '..', 'dist', 'cli', 'main.js');
const source = join(here, '..', 'src', 'cli', 'main.ts');
const launcher = join(here, '..', '..', '..', 'tools', 'node');

if (existsSync(source) && existsSync(launcher)) {
  const { status, signal } = spawnSync(launcher, [source, ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exitCode = status ?? (signal === 'SIGINT' ? 130 : 1);
} else {
  await import(built);
}
