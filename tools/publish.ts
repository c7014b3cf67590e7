/** Builds the JavaScript and types of a publishable package into its `dist`: `tools/node tools/publish.ts PACKAGE-FOLDER`. */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = join(import.meta.dirname, '..');
const folder = resolve(process.argv[2] ?? '.');
rmSync(join(folder, 'dist'), { recursive: true, force: true });
const tsc = join(root, 'node_modules', '@typescript', 'native', 'bin', 'tsc');
const built = spawnSync(process.execPath, [tsc, '-p', join(folder, 'tsconfig.build.json')], {
  stdio: 'inherit',
});
process.exit(built.status ?? 1);
