/** What `wattward lines` asks a process over its management socket. */
import { raiseLines } from './errors.ts';
import type { Lines } from './lines.ts';

/** The part of a web server that is needed here, so that this folder need not know which one it is. */
interface Routes {
  get(path: string, handler: () => Promise<unknown>): unknown;
  post(path: string, handler: (request: { readonly body: unknown }) => Promise<unknown>): unknown;
}

/** Adds `/lines`, `/lines/dead` and `/lines/reissue`. `lines` gives undefined while they are not open. */
export function lineRoutes(app: Routes, lines: () => Lines | undefined): void {
  const open = (): Lines => {
    const found = lines();
    if (found === undefined) throw raiseLines('peer', 'the lines of this process are not open');
    return found;
  };
  app.get('/lines', async () => open().status());
  app.get('/lines/dead', async () => open().deadLetters());
  app.post('/lines/reissue', async ({ body }) => {
    const id = (body as { id?: unknown } | null)?.id;
    if (typeof id !== 'number' || !Number.isSafeInteger(id)) throw raiseLines('no-dead-letter', 'no number');
    await open().reissue(id);
    return { id };
  });
}
