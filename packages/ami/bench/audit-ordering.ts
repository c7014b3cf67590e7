/** The ordering process of the audit's benchmark: told where to work, it says when the tree has a size. */
import { join } from 'node:path';
import type { AuditPort } from '../src/audit/port.ts';
import { LogManagement } from '../src/log-management/service.ts';
import type { Connection } from '../src/store/postgres-server.ts';
import { FileKeys, masterKeyFile } from '../src/trust/file-keys.ts';

interface Begin {
  readonly connection: Connection;
  readonly components: readonly string[];
  readonly logName: string;
  readonly state: string;
}

const silent: AuditPort = { record: async () => undefined, recordSafe: async () => undefined };
let log: LogManagement | undefined;

process.on('message', async (message: Begin | { size: number } | { stop: true }) => {
  if ('connection' in message) {
    log = await LogManagement.start({
      ...message,
      keys: new FileKeys(join(message.state, 'log-keys'), masterKeyFile(join(message.state, 'log-master'))),
      keyName: 'log',
      epoch: 1,
      audit: silent,
      onAlert: (alert) => console.error('alert', alert),
    });
    process.send!({ kind: 'ready', verifierKey: log.verifierKey });
  } else if ('size' in message) {
    while (log!.status.size < message.size) await new Promise((resolve) => setTimeout(resolve, 5));
    process.send!({ kind: 'reached', verifierKey: '' });
  } else {
    await log!.close();
    const { user, system } = process.cpuUsage();
    process.send!({ kind: 'stopped', seconds: (user + system) / 1e6 });
    process.disconnect();
  }
});
