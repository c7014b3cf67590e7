/**
 * Change of global keys as one transaction that can be resumed (IEC 62056-6-2, Security setup, class 64,
 * key_transfer): new keys are staged in the key store, transferred, tried out by a new association, and made current
 * only then. A journal says how far it is, so that a crash at any point leaves a key at hand that works.
 */

import { CosemError } from '../base/errors.ts';
import { data } from '../data/types.ts';
import type { ObisLike } from '../obis/obis.ts';
import {
  type ChangeablePurpose,
  encodeKeyMaterial,
  stageTransfer,
  wrapStaged,
} from '../security/key-change.ts';
import type { KeyName, KeyPort } from '../security/keys.ts';
import type { SecuritySuite } from '../security/suite.ts';
import type { CosemClient } from './client.ts';
import { accessFailureOf, raiseClient } from './failures.ts';
import type { ClientSecurity, RequestOptions } from './options.ts';

const securitySetupClass = 64;
const keyTransfer = 2;

/** How far a key change is. `sent`: the device may hold the new keys or the old ones. */
export interface KeyChangeRecord {
  readonly keyOwner: string;
  readonly purposes: readonly ChangeablePurpose[];
  readonly state: 'staged' | 'sent' | 'verified';
  /** Generation of the unicast key before the change, and after it. */
  readonly generation: number;
  readonly nextGeneration: number;
}

/** Where key changes are noted; every promise settles only when the note is durable. */
export interface KeyChangeJournal {
  load(keyOwner: string): KeyChangeRecord | undefined | Promise<KeyChangeRecord | undefined>;
  save(record: KeyChangeRecord): void | Promise<void>;
  clear(keyOwner: string): void | Promise<void>;
}

/** What an association for the change is opened with; the rest of its options is the caller's. */
export type KeyChoice = Required<Pick<ClientSecurity, 'generation' | 'staged'>>;

/** What a key change needs. */
export interface KeyChangeOptions extends RequestOptions {
  readonly keys: KeyPort;
  /** The device's system title in hexadecimal. */
  readonly keyOwner: string;
  readonly suite: SecuritySuite;
  readonly purposes: readonly ChangeablePurpose[];
  /** Generation of the unicast key that is in use. */
  readonly generation: number;
  readonly journal: KeyChangeJournal;
  /** Opens an association with the current keys or with staged ones. It is closed again by the transaction. */
  readonly connect: (choice: KeyChoice) => Promise<CosemClient>;
  /** The security setup object of the device. */
  readonly obis?: ObisLike;
  /** How often the transfer is tried where the device turns out not to have taken the keys. 2 by default. */
  readonly maxAttempts?: number;
}

/** What came of it. */
export interface KeyChangeResult {
  readonly changed: boolean;
  /** The generation to open associations with from now on. */
  readonly generation: number;
}

/**
 * Changes keys, or resumes a change that a crash or a lost link has broken off: call it with the same options until it
 * settles. Out: `changed: false` where the device refused. Throws `client/key-change` where it is unknown which keys
 * the device holds; the journal and the staged keys are kept then.
 */
export async function changeKeys(options: KeyChangeOptions): Promise<KeyChangeResult> {
  const change = new KeyChange(options);
  return change.run();
}

class KeyChange {
  readonly #options: KeyChangeOptions;
  readonly #names: readonly KeyName[];

  constructor(options: KeyChangeOptions) {
    this.#options = options;
    const { keyOwner: owner, purposes } = options;
    this.#names = purposes.map((purpose) => ({ owner, purpose }));
  }

  async run(): Promise<KeyChangeResult> {
    const { keyOwner, journal, maxAttempts = 2 } = this.#options;
    let record = (await journal.load(keyOwner)) ?? (await this.#prepare());
    for (let attempt = 1; ; attempt++) {
      if (record.state === 'staged') record = await this.#transfer(record);
      if (record.state === 'staged') return this.#abandon(record);
      if (record.state === 'sent') {
        const holds = await this.#find(record);
        if (holds === 'old' && attempt >= maxAttempts) return this.#abandon(record);
        record = { ...record, state: holds === 'new' ? 'verified' : 'staged' };
        await journal.save(record);
      }
      if (record.state === 'verified') return this.#commit(record);
    }
  }

  /** Makes and stages the keys. A crash before the note only costs keys that nobody has seen. */
  async #prepare(): Promise<KeyChangeRecord> {
    const { keys, keyOwner, suite, purposes, generation, journal } = this.#options;
    stageTransfer(keys, keyOwner, suite, purposes);
    // A new unicast key starts new counters; under an old one they must never start again.
    const nextGeneration = purposes.includes('unicast-encryption') ? generation + 1 : generation;
    const record: KeyChangeRecord = { keyOwner, purposes, state: 'staged', generation, nextGeneration };
    await journal.save(record);
    return record;
  }

  /** Sends the staged keys. Out: `sent`, or `staged` where the device said no. */
  async #transfer(record: KeyChangeRecord): Promise<KeyChangeRecord> {
    const { keys, keyOwner, journal, obis = '0.0.43.0.0.255' } = this.#options;
    const client = await this.#options.connect({ generation: record.generation, staged: [] });
    try {
      const sent: KeyChangeRecord = { ...record, state: 'sent' };
      // Noted before: from the first octet on the device may have the keys.
      await journal.save(sent);
      const material = encodeKeyMaterial(wrapStaged(keys, keyOwner, record.purposes));
      try {
        await client.invoke(securitySetupClass, obis, keyTransfer, material, this.#options);
      } catch (error) {
        // A plain "no" came protected by the association and is believed; anything else is not an answer.
        if (accessFailureOf(error) !== undefined) return record;
        if (error instanceof CosemError && error.code === 'session/aborted') throw error;
      }
      return sent;
    } finally {
      await client.close();
    }
  }

  /** Which keys the device holds: tried with the new ones first. Throws `client/key-change` where neither works. */
  async #find(record: KeyChangeRecord): Promise<'new' | 'old'> {
    const staged = record.purposes.filter((purpose) => purpose !== 'master');
    const choices = [
      ['new', { generation: record.nextGeneration, staged }],
      ['old', { generation: record.generation, staged: [] }],
    ] as const;
    let cause: unknown;
    for (const [name, choice] of choices) {
      try {
        const client = await this.#options.connect(choice);
        await client.close();
        return name;
      } catch (error) {
        cause = error;
      }
    }
    throw raiseClient('key-change', 'neither the new keys nor the old ones open an association', { cause });
  }

  async #commit(record: KeyChangeRecord): Promise<KeyChangeResult> {
    const { keys, keyOwner, journal } = this.#options;
    // After a crash behind this point the keys are current already, and nothing is staged.
    const staged = this.#names.filter((name) => keys.has({ ...name, slot: 'next' }));
    if (staged.length > 0) keys.activate(staged);
    await journal.clear(keyOwner);
    return { changed: true, generation: record.nextGeneration };
  }

  async #abandon(record: KeyChangeRecord): Promise<KeyChangeResult> {
    const { keys, keyOwner, journal } = this.#options;
    await journal.clear(keyOwner);
    keys.discard(this.#names);
    return { changed: false, generation: record.generation };
  }
}

/** A journal in memory: for tests, and for tools that finish in one run. */
export class MemoryKeyChangeJournal implements KeyChangeJournal {
  readonly #records = new Map<string, KeyChangeRecord>();

  load(keyOwner: string): KeyChangeRecord | undefined {
    return this.#records.get(keyOwner);
  }

  save(record: KeyChangeRecord): void {
    this.#records.set(record.keyOwner, record);
  }

  clear(keyOwner: string): void {
    this.#records.delete(keyOwner);
  }
}

/** Raises the security policy of a device (IEC 62056-6-2, Security setup, security_activate); it never goes down. */
export async function activateSecurity(
  client: CosemClient,
  policy: number,
  obis: ObisLike = '0.0.43.0.0.255',
  options: RequestOptions = {},
): Promise<void> {
  await client.invoke(securitySetupClass, obis, 1, data('enum', policy), options);
}
