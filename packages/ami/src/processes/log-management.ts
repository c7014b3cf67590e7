/** Main of log management: reads the audit inboxes, orders, signs, searches and proves (2.16). */
import { enableCodeCache } from './code-cache.ts';

enableCodeCache();
const { runMain } = await import('./main.ts');
const { logManagementWork } = await import('./log-management-work.ts');

runMain(logManagementWork);
