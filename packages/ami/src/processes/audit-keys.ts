/**
 * The keys of log and witness, made before their first start so that each can be told the other's public half. They
 * stay in the components' own folders; only public keys are handed on.
 */
import { publicNoteKey } from '../audit/checkpoint.ts';
import { logManagement } from '../audit/inbox.ts';
import { formatVerifierKey } from '../audit/note.ts';
import type { Configuration } from '../configuration/configuration.ts';
import type { FileKeys } from '../trust/file-keys.ts';
import { witnessId } from './catalogue.ts';
import { raiseProcesses } from './errors.ts';
import type { LogManagementStart, WitnessStart } from './messages.ts';

const logKeyName = 'log';
const witnessKeyName = 'cosign';

export interface AuditStarts {
  readonly logManagement: LogManagementStart;
  /** Undefined when the witness is on another host. */
  readonly witness: WitnessStart | undefined;
}

export interface AuditStartOptions {
  readonly configuration: Configuration;
  /** Opens a component's keys. */
  readonly keysOf: (component: string) => FileKeys;
  readonly witnessSocket: string;
  readonly components: readonly string[];
  readonly capacityOctets: number | undefined;
}

/** What log management and the witness are told. Errors: `processes/witness-key`, `trust/…`. */
export async function auditStarts(options: AuditStartOptions): Promise<AuditStarts> {
  const { configuration, keysOf, witnessSocket } = options;
  const logName = configuration.text('audit.logName')!;
  const words = (id: string) => configuration.text(id)?.split(' ') ?? [];
  const formerKeys = words('audit.formerKeys');
  const own = await verifierKey(keysOf(logManagement), logKeyName, logName, 1);
  const common = {
    logName,
    keyName: logKeyName,
    formerKeys,
    acceptedLosses: words('audit.acceptedLosses'),
    capacityOctets: options.capacityOctets,
    components: options.components,
  };
  const url = configuration.text('witness.url');
  if (url !== undefined) {
    const key = configuration.text('witness.verifierKey');
    if (key === undefined) throw raiseProcesses('witness-key');
    return {
      logManagement: { ...common, witness: { address: { url }, verifierKey: key } },
      witness: undefined,
    };
  }
  const name = configuration.text('witness.name')!;
  const witnessKey = await verifierKey(keysOf(witnessId), witnessKeyName, name, 4);
  return {
    logManagement: {
      ...common,
      witness: { address: { socketPath: witnessSocket }, verifierKey: witnessKey },
    },
    witness: {
      name,
      keyName: witnessKeyName,
      socket: witnessSocket,
      logs: [{ name: logName, verifierKeys: [own, ...formerKeys] }],
    },
  };
}

async function verifierKey(keys: FileKeys, keyName: string, name: string, algorithm: 1 | 4): Promise<string> {
  const known = await keys.list();
  if (!known.some((key) => key.name === keyName)) await keys.generate(keyName, 'sign-log');
  return formatVerifierKey(await publicNoteKey(keys, keyName, name, algorithm));
}
