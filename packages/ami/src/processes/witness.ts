/** Main of the witness that runs beside the log: cosigns checkpoints, with a key and a memory of its own (2.16.9). */
import { enableCodeCache } from './code-cache.ts';

enableCodeCache();
const { runMain } = await import('./main.ts');
const { witnessWork } = await import('./witness-work.ts');

runMain(witnessWork);
