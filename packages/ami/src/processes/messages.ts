/**
 * What the supervisor and a component's process say to each other over the IPC channel: the only way by which a
 * component gets its password and its keys. When the channel closes, the component ends.
 */

import type { WitnessAddress } from '../log-management/witness-client.ts';
import type { Connection } from '../store/postgres-server.ts';
import type { SelfTestResult } from '../trust/self-test.ts';
import type { ComponentFolders } from './state.ts';

/** Everything that a component is told about the world. */
export interface StartMessage {
  readonly type: 'start';
  readonly component: string;
  readonly folders: ComponentFolders;
  readonly managementSocket: string;
  readonly connection: Connection | undefined;
  /** 32 octets in hex, under which the component's key files are wrapped. */
  readonly masterKey: string;
  readonly parameters: Readonly<Record<string, number>>;
  readonly logLevel: string;
  readonly timeSource: string;
  readonly logManagement?: LogManagementStart | undefined;
  readonly witness?: WitnessStart | undefined;
  readonly trust?: TrustStart | undefined;
}

export interface TrustStart {
  /** Where devices enrol; without it nothing listens. */
  readonly est:
    | { readonly host: string; readonly port: number; readonly names: readonly string[] }
    | undefined;
}

export interface LogManagementStart {
  readonly logName: string;
  readonly keyName: string;
  readonly formerKeys: readonly string[];
  readonly acceptedLosses: readonly string[];
  readonly capacityOctets: number | undefined;
  /** Whose inboxes it reads. */
  readonly components: readonly string[];
  readonly witness: { readonly address: WitnessAddress; readonly verifierKey: string };
}

export interface WitnessStart {
  readonly name: string;
  readonly keyName: string;
  readonly socket: string;
  readonly logs: readonly { readonly name: string; readonly verifierKeys: readonly string[] }[];
}

export type ToComponent =
  | StartMessage
  | { readonly type: 'stop' }
  | { readonly type: 'self-test'; readonly id: number; readonly drill: boolean };

/** `waiting` for something named; `safe`: the self-test failed and the component does nothing. */
export type WorkState = 'starting' | 'running' | 'waiting' | 'safe' | 'stopping';

export interface Health {
  readonly state: WorkState;
  /** RFC 3339. */
  readonly since: string;
  readonly waitsFor: string | undefined;
  readonly memoryOctets: number;
  readonly eventLoopDelayMs: number;
  readonly epoch: number | undefined;
  readonly selfTest: { readonly at: string; readonly passed: boolean } | undefined;
}

export type FromComponent =
  | { readonly type: 'heartbeat'; readonly health: Health }
  | { readonly type: 'self-test'; readonly id: number; readonly results: readonly SelfTestResult[] };

const workStates: readonly string[] = [
  'starting',
  'running',
  'waiting',
  'safe',
  'stopping',
] satisfies WorkState[];
const maxText = 200;
const maxResults = 100;

/**
 * Reads what a component's process sent, as from a stranger: a component in an attacker's hands must not be able to
 * bring down the supervisor. Gives a fresh, bounded object, or undefined for what is no message.
 */
export function readFromComponent(message: unknown): FromComponent | undefined {
  if (!isObject(message)) return undefined;
  if (message['type'] === 'heartbeat') {
    const health = readHealth(message['health']);
    return health && { type: 'heartbeat', health };
  }
  const { id, results } = message;
  if (message['type'] !== 'self-test' || !Number.isSafeInteger(id) || !Array.isArray(results))
    return undefined;
  return {
    type: 'self-test',
    id: Number(id),
    results: results.slice(0, maxResults).filter(isObject).map(readResult),
  };
}

function readHealth(found: unknown): Health | undefined {
  if (!isObject(found) || !workStates.includes(String(found['state']))) return undefined;
  const { waitsFor, epoch, selfTest } = found;
  return {
    state: found['state'] as WorkState,
    since: timeOf(found['since']),
    waitsFor: waitsFor === undefined ? undefined : textOf(waitsFor),
    memoryOctets: numberOf(found['memoryOctets']),
    eventLoopDelayMs: numberOf(found['eventLoopDelayMs']),
    epoch: epoch === undefined ? undefined : numberOf(epoch),
    selfTest: isObject(selfTest)
      ? { at: timeOf(selfTest['at']), passed: selfTest['passed'] === true }
      : undefined,
  };
}

function readResult(found: Record<string, unknown>): SelfTestResult {
  return { name: textOf(found['name']), source: textOf(found['source']), passed: found['passed'] === true };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const textOf = (value: unknown) => (typeof value === 'string' ? value.slice(0, maxText) : '');
const numberOf = (value: unknown) =>
  typeof value === 'number' && Number.isFinite(value) ? Math.max(0, value) : 0;

function timeOf(value: unknown): string {
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return new Date(Number.isNaN(ms) ? 0 : ms).toISOString();
}
