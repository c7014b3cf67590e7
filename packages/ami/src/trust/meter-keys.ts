/**
 * Symmetric keys of meters (2.8.11): made here, kept wrapped under a key of the key port (AES-256 key wrap, RFC 3394)
 * together with what they are for, so that a row moved to another meter opens nothing; in clear only in memory, for as
 * long as somebody uses them.
 */
import { createHash, createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { type Actor, audited, type TrustAudit } from './audit.ts';
import { type Database, inTransaction, isDuplicate } from './authority/database.ts';
import { raiseTrust } from './errors.ts';
import type { KeyPort } from './key-port.ts';
import { keyWrap } from './key-wrap.ts';
import {
  keyOctetsOf,
  type MeterKeyPurpose,
  type MeterSuite,
  meterKeyKind,
  meterKeyKinds,
  meterPurposes,
} from './meter-key-purposes.ts';
import { afterLife, type Configured } from './policy.ts';

export interface MeterKeyOptions {
  readonly db: Database;
  readonly keys: KeyPort;
  readonly audit: TrustAudit;
  readonly configured?: Configured;
  readonly now?: () => Date;
}

/** What may be known of a key without having it. */
export interface MeterKeyRow {
  readonly id: number;
  readonly device: string;
  readonly purpose: MeterKeyPurpose;
  readonly generation: number;
  readonly suite: MeterSuite;
  readonly state: 'candidate' | 'current' | 'superseded' | 'destroyed';
  readonly createdAt: Date;
  readonly currentSince: Date | null;
  readonly destroyedAt: Date | null;
  /** When it is to be changed; undefined unless it is current. */
  readonly dueAt: Date | undefined;
}

/** A name of the rows that hold keys, with the wrapped octets. */
interface Stored extends Omit<MeterKeyRow, 'dueAt'> {
  readonly wrappingKey: string;
  readonly wrapped: Buffer | null;
  readonly fingerprint: Buffer;
}

type Queryable = Pick<Database, 'query'>;

const masterName = /^meter-keys-([0-9]{1,6})$/;
const masterNumber = (name: string) => Number(masterName.exec(name)?.[1] ?? 0);
const fingerprintKeyName = 'meter-key-fingerprint';
const bindingOctets = 16;
const maxBatch = 500;
const deviceForm = /^[0-9A-F]{16}$/;
const groupForm = /^group\/[a-z0-9][a-z0-9.-]{0,40}$/;

const columns = `id::float8 AS id, device, purpose, generation, suite, state, wrapping_key AS "wrappingKey", wrapped,
  fingerprint, created_at AS "createdAt", current_since AS "currentSince", destroyed_at AS "destroyedAt"`;

/** What stands beside the key inside the wrapping: the beginning of a hash of what it is for. */
function bindingOf(device: string, purpose: string, generation: number): Buffer {
  return createHash('sha256')
    .update(`${device}\n${purpose}\n${generation}`)
    .digest()
    .subarray(0, bindingOctets);
}

export class MeterKeys {
  readonly #options: MeterKeyOptions;
  #fingerprintKey: KeyObject | undefined;
  #master = '';

  constructor(options: MeterKeyOptions) {
    this.#options = options;
  }

  get options(): MeterKeyOptions {
    return this.#options;
  }

  /** Makes the keys that wrap and compare, when they are not there yet. */
  async ready(): Promise<void> {
    const { keys, audit } = this.#options;
    const known = (await keys.list()).map(({ name }) => name);
    const masters = known.map(masterNumber).filter((number) => number > 0);
    this.#master = `meter-keys-${Math.max(1, ...masters)}`;
    const wanted = [
      [this.#master, 'wrap'],
      [fingerprintKeyName, 'derive'],
    ] as const;
    for (const [name, purpose] of wanted) {
      if (known.includes(name)) continue;
      const action = {
        type: 'key.created',
        actor: { kind: 'component', id: 'trust' },
        object: name,
      } as const;
      await audited(audit, action, () => keys.generate(name, purpose));
    }
    this.#fingerprintKey = createSecretKey(await keys.derive(fingerprintKeyName, 'meter key fingerprints'));
  }

  /** Makes the keys of a new meter, all or none. Errors: `trust/meter-key-exists`, `trust/no-meter-key`. */
  async generate(
    device: string,
    suite: MeterSuite,
    actor: Actor,
    purposes: readonly MeterKeyPurpose[] = meterPurposes,
  ): Promise<void> {
    checkDevice(device, purposes);
    const detail = { purposes: purposes.length, suite };
    await audited(
      this.#options.audit,
      { type: 'key.created', actor, object: device, detail },
      async (act) => {
        const made = await Promise.all(purposes.map((purpose) => this.make(device, purpose, 1, suite)));
        await act();
        await inTransaction(this.#options.db, async (client) => {
          for (const each of made) await this.insert(client, each, 'current');
        });
      },
    );
  }

  /** A new key, wrapped; it stands nowhere yet. */
  async make(
    device: string,
    purpose: MeterKeyPurpose,
    generation: number,
    suite: MeterSuite,
  ): Promise<NewMeterKey> {
    const secret = randomBytes(keyOctetsOf(suite));
    const bound = Buffer.concat([secret, bindingOf(device, purpose, generation)]);
    try {
      const wrapped = Buffer.from(await this.#options.keys.wrap(this.#master, bound));
      const wrappingKey = this.#master;
      return {
        device,
        purpose,
        generation,
        suite,
        wrappingKey,
        wrapped,
        fingerprint: this.#fingerprint(secret),
      };
    } finally {
      secret.fill(0);
      bound.fill(0);
    }
  }

  async insert(client: Queryable, made: NewMeterKey, state: 'candidate' | 'current'): Promise<void> {
    try {
      await client.query(
        `INSERT INTO meter_key (device, purpose, generation, suite, state, wrapping_key, wrapped, fingerprint, current_since)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, CASE WHEN $5 = 'current' THEN $9::timestamptz END)`,
        [
          made.device,
          made.purpose,
          made.generation,
          made.suite,
          state,
          made.wrappingKey,
          made.wrapped,
          made.fingerprint,
          this.#options.now?.() ?? new Date(),
        ],
      );
    } catch (error) {
      throw isDuplicate(error)
        ? raiseTrust('meter-key-exists', `${made.device} has a key for ${made.purpose} already`)
        : error;
    }
  }

  #fingerprint(secret: Uint8Array): Buffer {
    if (!this.#fingerprintKey) throw raiseTrust('module-unavailable', 'the meter keys are not ready');
    return createHmac('sha256', this.#fingerprintKey).update(secret).digest().subarray(0, 16);
  }

  /** Reads rows of a meter, newest generation first. */
  async stored(client: Queryable, device: string, purpose: MeterKeyPurpose): Promise<Stored[]> {
    const { rows } = await client.query<Stored>(
      `SELECT ${columns} FROM meter_key WHERE device = $1 AND purpose = $2 ORDER BY generation DESC`,
      [device, purpose],
    );
    return rows;
  }

  /** Opens a stored key. Errors: `trust/wrong-key` also when the row was moved here from elsewhere. */
  async openStored(row: Stored): Promise<Buffer> {
    if (row.wrapped === null)
      throw raiseTrust('no-meter-key', `the key ${row.purpose} of ${row.device} is destroyed`);
    const bound = Buffer.from(await this.#options.keys.unwrap(row.wrappingKey, row.wrapped));
    const octets = keyOctetsOf(row.suite);
    const binding = bound.subarray(octets);
    if (
      bound.length !== octets + bindingOctets ||
      !binding.equals(bindingOf(row.device, row.purpose, row.generation))
    ) {
      bound.fill(0);
      throw raiseTrust('wrong-key', `the key of ${row.device} for ${row.purpose} is not its own`);
    }
    return bound.subarray(0, octets);
  }

  /** Hands the current key to `use` and forgets it after. Errors: `trust/no-meter-key`, `trust/wrong-key`. */
  async withKey<T>(
    device: string,
    purpose: MeterKeyPurpose,
    use: (key: KeyObject) => T | Promise<T>,
  ): Promise<T> {
    const secret = await this.openStored(await this.#current(device, purpose));
    const key = createSecretKey(secret);
    secret.fill(0);
    return use(key);
  }

  async #current(device: string, purpose: MeterKeyPurpose): Promise<Stored> {
    const found = (await this.stored(this.#options.db, device, purpose)).find(
      (row) => row.state === 'current',
    );
    if (!found) throw raiseTrust('no-meter-key', `${device} has no current key for ${purpose}`);
    return found;
  }

  /**
   * A stored key wrapped under the meter's own master key, as DLMS transfers keys (AES key wrap; Green Book, security
   * setup method 2). Errors: `trust/no-meter-key`, `trust/wrong-key`.
   */
  async wrappedForMeter(row: Stored): Promise<Buffer> {
    const secret = await this.openStored(row);
    try {
      return await this.withKey(row.device, 'master', (master) => keyWrap(master, secret));
    } finally {
      secret.fill(0);
    }
  }

  /** What exists, its age and what is due; never a secret. */
  async list(filter: {
    device?: string;
    purpose?: string;
    dueOnly?: boolean;
    limit: number;
  }): Promise<MeterKeyRow[]> {
    const { rows } = await this.#options.db.query<Stored>(
      `SELECT ${columns} FROM meter_key
        WHERE ($1::text IS NULL OR device = $1) AND ($2::text IS NULL OR purpose = $2)
          AND ($3::boolean IS NOT TRUE OR (state = 'current' AND EXISTS (
                SELECT 1 FROM unnest($4::text[], $5::timestamptz[]) AS d(purpose, oldest)
                 WHERE d.purpose = meter_key.purpose AND meter_key.current_since < d.oldest)))
        ORDER BY device, purpose, generation DESC LIMIT $6`,
      [
        filter.device ?? null,
        filter.purpose ?? null,
        filter.dueOnly ?? false,
        meterKeyKinds.map((each) => each.purpose),
        meterKeyKinds.map((each) => this.#oldest(each.ageParameter)),
        filter.limit,
      ],
    );
    return rows.map(({ wrapped: _wrapped, fingerprint: _fingerprint, wrappingKey: _name, ...row }) => ({
      ...row,
      dueAt:
        row.state === 'current' && row.currentSince
          ? afterLife(row.currentSince, meterKeyKind(row.purpose)!.ageParameter, this.#options.configured)
          : undefined,
    }));
  }

  /** A key that became current before this is due. */
  #oldest(ageParameter: string): Date {
    const now = this.#options.now?.() ?? new Date();
    const lifeMs = afterLife(now, ageParameter, this.#options.configured).getTime() - now.getTime();
    return new Date(now.getTime() - lifeMs);
  }

  /** Numbers by purpose, for the summary of `wattward keys`. */
  async summary(): Promise<{ purpose: string; current: number; oldest: Date | null; devices: number }[]> {
    const { rows } = await this.#options.db.query(
      `SELECT purpose, count(*) FILTER (WHERE state = 'current')::int AS current,
              min(current_since) FILTER (WHERE state = 'current') AS oldest, count(DISTINCT device)::int AS devices
         FROM meter_key GROUP BY purpose ORDER BY purpose`,
    );
    return rows;
  }

  /** Destroys every key of a meter; the record of them stays (2.8.11). Gives how many there were. */
  async destroy(device: string, actor: Actor, reason: string): Promise<number> {
    const detail = { reason: reason.slice(0, 100) };
    return audited(
      this.#options.audit,
      { type: 'key.destroyed', actor, object: device, detail },
      async (act) => {
        const { rowCount } = await this.#options.db.query(
          `UPDATE meter_key SET state = 'destroyed', wrapped = NULL, destroyed_at = $2
          WHERE device = $1 AND state <> 'destroyed'`,
          [device, this.#options.now?.() ?? new Date()],
        );
        if (rowCount === 0) throw raiseTrust('no-meter-key', `${device.slice(0, 40)} has no keys`);
        await act({ keys: rowCount ?? 0 });
        return rowCount ?? 0;
      },
    );
  }

  /** The name of the key that wraps all others, and since when there is one. */
  async master(): Promise<{ name: string; createdAt: Date }> {
    const { name, createdAt } = await this.#options.keys.describe(this.#master);
    return { name, createdAt };
  }

  /**
   * Makes a new wrapping key, wraps every meter key anew under it and destroys the old one. Disturbs no meter; killed
   * half-way it goes on when called again, since each row says under which key it stands. Gives how many were wrapped.
   */
  async rewrap(actor: Actor): Promise<number> {
    const { keys, db, audit } = this.#options;
    const names = (await keys.list()).map(({ name }) => name).filter((name) => masterNumber(name) > 0);
    const left = names.filter((name) => name !== this.#master);
    const next = left.length > 0 ? this.#master : `meter-keys-${masterNumber(this.#master) + 1}`;
    const action = { type: 'key.rotation.started', actor, object: next, detail: { reason: 'wrapping key' } };
    return audited(audit, action, async (act) => {
      if (!names.includes(next)) await keys.generate(next, 'wrap');
      await act();
      this.#master = next;
      const moved = await this.#rewrapRows(next);
      for (const name of names) {
        const { rows } = await db.query(
          'SELECT 1 FROM meter_key WHERE wrapping_key = $1 AND wrapped IS NOT NULL LIMIT 1',
          [name],
        );
        if (name === next || rows.length > 0) continue;
        await audited(audit, { type: 'key.destroyed', actor, object: name }, () => keys.destroy(name));
      }
      return moved;
    });
  }

  async #rewrapRows(next: string): Promise<number> {
    const { db, keys } = this.#options;
    for (let moved = 0; ; ) {
      const { rows } = await db.query<Stored>(
        `SELECT ${columns} FROM meter_key WHERE wrapping_key <> $1 AND wrapped IS NOT NULL ORDER BY id LIMIT $2`,
        [next, maxBatch],
      );
      if (rows.length === 0) return moved;
      for (const row of rows) {
        const bound = Buffer.from(await keys.unwrap(row.wrappingKey, row.wrapped!));
        const wrapped = await keys.wrap(next, bound);
        bound.fill(0);
        // A rotation may have changed the row meanwhile; then there is nothing to do any more.
        await db.query(
          'UPDATE meter_key SET wrapping_key = $2, wrapped = $3 WHERE id = $1 AND wrapping_key = $4 AND wrapped IS NOT NULL',
          [row.id, next, wrapped, row.wrappingKey],
        );
      }
      moved += rows.length;
    }
  }

  /**
   * Opens every key that there is and looks for one that stands twice, that does not open, or whose fingerprint is
   * not its own. Names rows by meter and purpose.
   */
  async scanUniqueness(): Promise<{ keys: number; problems: string[] }> {
    const seen = new Map<string, string>();
    const problems: string[] = [];
    let last = 0;
    let keys = 0;
    for (;;) {
      const { rows } = await this.#options.db.query<Stored>(
        `SELECT ${columns} FROM meter_key WHERE id > $1 AND wrapped IS NOT NULL ORDER BY id LIMIT $2`,
        [last, maxBatch],
      );
      if (rows.length === 0) return { keys, problems };
      for (const row of rows) {
        const name = `${row.device} ${row.purpose} ${row.generation}`;
        const problem = await this.#scanOne(row, name, seen);
        if (problem !== undefined) problems.push(problem);
      }
      keys += rows.length;
      last = rows.at(-1)!.id;
    }
  }

  async #scanOne(row: Stored, name: string, seen: Map<string, string>): Promise<string | undefined> {
    let secret: Buffer;
    try {
      secret = await this.openStored(row);
    } catch (error) {
      if ((error as { code?: string }).code !== 'trust/wrong-key') throw error;
      return `${name}: does not open`;
    }
    const fingerprint = this.#fingerprint(secret);
    secret.fill(0);
    const hex = fingerprint.toString('hex');
    const other = seen.get(hex);
    seen.set(hex, name);
    if (other !== undefined) return `${name}: the same key as ${other}`;
    return fingerprint.equals(row.fingerprint) ? undefined : `${name}: its fingerprint is not its own`;
  }
}

export interface NewMeterKey {
  readonly device: string;
  readonly purpose: MeterKeyPurpose;
  readonly generation: number;
  readonly suite: MeterSuite;
  readonly wrappingKey: string;
  readonly wrapped: Buffer;
  readonly fingerprint: Buffer;
}

function checkDevice(device: string, purposes: readonly MeterKeyPurpose[]): void {
  const shared = purposes.some((purpose) => !meterKeyKind(purpose)?.ownEach);
  const fits = shared ? purposes.length === 1 && groupForm.test(device) : deviceForm.test(device);
  if (!fits) throw raiseTrust('no-meter-key', 'a meter is named by its system title, a group by group/NAME');
}
