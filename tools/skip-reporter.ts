/** Writes one line for each skipped test, for tools/test.ts to judge. */

interface Reported {
  type: string;
  data: { name?: string; skip?: string | boolean; todo?: string | boolean };
}

export default async function* skips(source: AsyncIterable<Reported>): AsyncGenerator<string> {
  for await (const { type, data } of source) {
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    const reason = data.skip ?? data.todo;
    if (reason !== undefined && reason !== false) yield `${data.name}: ${reason}\n`;
  }
}
