/**
 * Builds the native part of the package pkcs11js, on demand, with the headers that come with Node's own package:
 * install scripts never run here, and most installations keep their keys in files and need none of this.
 *
 *   tools/node tools/build-pkcs11.mjs [FOLDER OF pkcs11js]
 *
 * Needs g++ (Debian: g++, libc6-dev). Prints the path of what was built; does nothing when it is there already.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

function packageFolder() {
  if (process.argv[2] !== undefined) return process.argv[2];
  try {
    return dirname(createRequire(join(root, 'packages/ami/package.json')).resolve('pkcs11js/package.json'));
  } catch {
    console.error('build-pkcs11: the package pkcs11js is not installed');
    process.exit(69);
  }
}

function headers() {
  const beside = join(dirname(process.execPath), '../include/node');
  const brought = join(root, `node_modules/node-linux-${process.arch}/include/node`);
  const found = [brought, beside].find((folder) => existsSync(join(folder, 'node_api.h')));
  if (found !== undefined) return found;
  console.error('build-pkcs11: Node’s headers (node_api.h) are not there; run npm ci first');
  process.exit(69);
}

const folder = packageFolder();
const target = join(folder, 'build/Release/pkcs11.node');
if (!existsSync(target)) {
  mkdirSync(dirname(target), { recursive: true });
  const draft = `${target}.${process.pid}`;
  const sources = ['dl.cpp', 'common.cpp', 'main.cpp'].map((file) => join(folder, 'src', file));
  const settings = ['-std=c++17', '-O2', '-fPIC', '-shared', '-DNAPI_DISABLE_CPP_EXCEPTIONS'];
  const names = ['-DNODE_GYP_MODULE_NAME=pkcs11', '-I', headers(), '-I', join(folder, 'includes')];
  try {
    execFileSync('g++', [...settings, ...names, ...sources, '-o', draft], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  } catch (error) {
    console.error(`build-pkcs11: ${error.code === 'ENOENT' ? 'g++ is not installed' : 'g++ failed'}`);
    process.exit(69);
  }
  // Two builders at once each make a whole file; the later one replaces the same with the same.
  renameSync(draft, target);
}
console.log(target);
