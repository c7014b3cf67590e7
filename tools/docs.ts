/** `npm run docs`: docs/errors.md, the pictures of the architecture, and the API pages of the libraries (docs/api). */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderErrorsPage } from './errors-page.ts';

const root = join(import.meta.dirname, '..');
process.chdir(root);

writeFileSync('docs/errors.md', await renderErrorsPage(root));
console.log('docs/errors.md');

for (const perspective of ['internal', 'full']) {
  const file = `docs/architecture-${perspective}.svg`;
  const drawn = spawnSync(
    'packages/ami/bin/wattward',
    ['profile', 'diagram', '--perspective', perspective, '--out', file],
    {
      stdio: 'inherit',
    },
  );
  if (drawn.status !== 0) process.exit(drawn.status ?? 1);
  console.log(file);
}

for (const name of ['profile', 'cosem']) {
  const made = spawnSync(
    process.execPath,
    [
      'node_modules/typedoc/bin/typedoc',
      ...[
        '--entryPoints',
        `packages/${name}/src/index.ts`,
        '--out',
        `docs/api/${name}`,
        '--name',
        `@wattward/${name}`,
      ],
      ...[
        '--readme',
        `packages/${name}/README.md`,
        '--excludePrivate',
        '--excludeInternal',
        '--disableSources',
        '--skipErrorChecking',
      ],
    ],
    { stdio: 'inherit' },
  );
  if (made.status !== 0) process.exit(made.status ?? 1);
}
