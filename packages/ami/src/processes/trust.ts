/** Main of the trust center: certificates, enrolment over EST, the keys of meters (2.8.11, 2.8.15). */
import { enableCodeCache } from './code-cache.ts';

enableCodeCache();
const { runMain } = await import('./main.ts');
const { trustWork } = await import('./trust-work.ts');

runMain(trustWork);
