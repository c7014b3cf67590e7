/** `npm run bench -w packages/ami -- NAME`: measurements that a person starts. They print figures and judge nothing. */
const benches: Readonly<Record<string, () => Promise<{ run(args: readonly string[]): Promise<void> }>>> = {
  audit: () => import('./audit.ts'),
  lines: () => import('./lines.ts'),
};

const [name = '', ...args] = process.argv.slice(2);
const load = benches[name];
if (load === undefined) {
  console.error(`wattward: say which: ${Object.keys(benches).join(', ')}`);
  process.exitCode = 2;
} else {
  await (await load()).run(args);
}
