/**
 * What every component's process stands on, whatever its work is: its own database role, its keys, its audit, its
 * self-test, its signs of life. A component's work is built on top of it and handed these as ports.
 */

import { createSecretKey } from 'node:crypto';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import pino, { type Logger } from 'pino';
import { writerLimits } from '../audit/limits.ts';
import { AuditWriter } from '../audit/writer.ts';
import { backOffMs, pause } from '../base/back-off.ts';
import { openPool, type Pool } from '../store/database.ts';
import { currentEpoch, type Epoch } from '../store/epoch.ts';
import { FileKeys } from '../trust/file-keys.ts';
import type { KeyPort } from '../trust/key-port.ts';
import { alertLevel } from './alert-level.ts';
import type { StartMessage } from './messages.ts';
import type { Metric } from './metrics.ts';

/** What a component's work is handed. */
export interface Ground {
  readonly start: StartMessage;
  readonly log: Logger;
  readonly keys: KeyPort;
  /** Undefined for a process without a database. */
  readonly store: GroundStore | undefined;
}

export interface GroundStore {
  readonly pool: Pool;
  readonly epoch: Epoch;
  readonly audit: AuditWriter;
}

/** A component's work while it is under way. */
export interface Work {
  /** What it waits for, or undefined when it works. */
  waitsFor(): string | undefined;
  metrics(): readonly Metric[];
  stop(): Promise<void>;
}

/** Makes a component's work; called again when a safe state is left. */
export interface WorkBuilder {
  begin(ground: Ground): Promise<Work>;
  /** Routes of its management listener; `work` gives what is under way, if anything is. */
  routes?(app: FastifyInstance, ground: () => Ground | undefined, work: () => Work | undefined): void;
}

export function componentLog(component: string, level: string): Logger {
  return pino(
    {
      level,
      base: { component },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    // Synchronous, so that the last words before an end are not lost.
    pino.destination({ fd: 1, sync: true }),
  );
}

/** The component's keys: files of its own, wrapped under a key that it was handed. */
export function openKeys({ folders, masterKey }: StartMessage): KeyPort {
  return new FileKeys(folders.keys, createSecretKey(Buffer.from(masterKey, 'hex')));
}

const journalKeyName = 'audit-journal';

async function journalKey(keys: KeyPort): Promise<Uint8Array> {
  const known = await keys.list();
  if (!known.some(({ name }) => name === journalKeyName)) await keys.generate(journalKeyName, 'derive');
  return keys.derive(journalKeyName, 'audit journal chain');
}

const milliseconds = (parameters: StartMessage['parameters'], id: string) => parameters[id]! * 1000;

/** The pool of the component's own role. */
export function openComponentPool(start: StartMessage, log: Logger): Pool {
  return openPool(
    start.connection!,
    {
      size: start.parameters['store.connectionsPerComponent']!,
      applicationName: `wattward ${start.component}`,
    },
    (error) => log.debug({ reason: error.message }, 'a database connection was lost'),
  );
}

/** Reads the epoch, trying until the database answers or the signal aborts (then undefined). */
export async function waitForEpoch(
  pool: Pool,
  start: StartMessage,
  onAway: (reason: string) => void,
  signal: AbortSignal,
): Promise<Epoch | undefined> {
  const bounds = {
    firstMs: milliseconds(start.parameters, 'process.restartFirstSeconds') / 4,
    maximumMs: milliseconds(start.parameters, 'process.healthSeconds'),
  };
  for (let attempt = 0; !signal.aborted; attempt++) {
    try {
      return await currentEpoch(pool as never);
    } catch (error) {
      onAway((error as Error).message);
      await pause(backOffMs(attempt, bounds), signal);
    }
  }
  return undefined;
}

/** The audit of this component in this epoch; alerts go to its log at once. */
export async function openAudit(
  start: StartMessage,
  keys: KeyPort,
  log: Logger,
  epoch: number,
): Promise<AuditWriter> {
  return new AuditWriter({
    component: start.component,
    connection: start.connection!,
    epoch,
    journalFolder: join(start.folders.own, 'journal'),
    journalKey: await journalKey(keys),
    timeSource: start.timeSource,
    limits: writerLimits(start.parameters),
    onAlert: ({ type, detail }) => log[alertLevel(type)]({ type, ...detail }, 'audit alert'),
  });
}
