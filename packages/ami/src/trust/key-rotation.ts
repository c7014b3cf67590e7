/**
 * Changing keys of a meter: prepare → deliver → confirm → commit. Each step is on the disk before the next begins and
 * may be repeated, so that a crash at any moment leaves a rotation that is resumed; the old keys are kept until the
 * meter has shown that it uses the new ones. One rotation a meter at a time, whoever runs it.
 */
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { type Actor, audited } from './audit.ts';
import { inTransaction, isDuplicate } from './authority/database.ts';
import { raiseTrust } from './errors.ts';
import type { MeterKeyPurpose } from './meter-key-purposes.ts';
import type { MeterKeys } from './meter-keys.ts';
import { policyValue } from './policy.ts';

export interface DeliveredKey {
  readonly purpose: MeterKeyPurpose;
  readonly generation: number;
  /** Under the meter's current master key (AES key wrap). */
  readonly wrapped: Uint8Array;
}

/** The way to a meter. */
export interface MeterKeyDelivery {
  /** Sends the keys; sending the same ones again must do no harm. Rejects when it is not known whether they arrived. */
  deliver(device: string, keys: readonly DeliveredKey[], rotation: string): Promise<void>;
  /** Which keys the meter uses: asks it with the new ones, then with the old ones. */
  confirm(device: string, rotation: string): Promise<'new' | 'old' | 'unknown'>;
}

export type RotationState = 'prepared' | 'delivering' | 'delivered' | 'confirmed' | 'committed' | 'abandoned';

export interface Rotation {
  readonly id: string;
  readonly device: string;
  readonly purposes: readonly MeterKeyPurpose[];
  readonly state: RotationState;
  readonly attempts: number;
  readonly reason: string;
  readonly startedAt: Date;
  readonly correlation: string;
}

const columns = `id, device, purposes, state, attempts, reason, started_at AS "startedAt", correlation`;

export class KeyRotations {
  readonly #keys: MeterKeys;
  readonly #delivery: MeterKeyDelivery;
  readonly #waiting: (() => void)[] = [];
  #locks = 0;

  constructor(keys: MeterKeys, delivery: MeterKeyDelivery) {
    this.#keys = keys;
    this.#delivery = delivery;
  }

  /**
   * Begins and carries through a rotation. Errors: `trust/rotation-busy`, `trust/rotation-open` when the meter did not
   * confirm, `trust/no-meter-key`.
   */
  async rotate(
    device: string,
    purposes: readonly MeterKeyPurpose[],
    actor: Actor,
    reason = 'periodic',
  ): Promise<Rotation> {
    const correlation = randomUUID();
    const detail = { purposes: purposes.join(' '), reason: reason.slice(0, 100) };
    const action = { type: 'key.rotation.started', actor, object: device, correlation, detail };
    const id = await audited(this.#keys.options.audit, action, () =>
      this.#locked(device, () => this.#prepare(device, purposes, reason, correlation)),
    );
    return this.resume(id, actor);
  }

  /** Carries a rotation on from where it stands. Errors: as `rotate`. */
  async resume(id: string, actor: Actor): Promise<Rotation> {
    const { device, correlation } = await this.#read(id);
    return this.#locked(device, async () => {
      const action = { type: 'key.rotation.finished', actor, object: device, correlation };
      try {
        return await audited(this.#keys.options.audit, action, () => this.#carryOn(id));
      } catch (error) {
        await this.#keys.options.audit.record({
          type: 'key.rotation.failed',
          phase: 'outcome',
          outcome: 'failure',
          actor,
          object: device,
          correlation,
          detail: { reason: String((error as { code?: string }).code ?? 'unexpected') },
        });
        throw error;
      }
    });
  }

  /** Rotations that have not ended, oldest first. */
  async open(): Promise<Rotation[]> {
    const limit = policyValue('trust.rotationPerScanMaximum', this.#keys.options.configured);
    const { rows } = await this.#keys.options.db.query<Rotation>(
      `SELECT ${columns} FROM key_rotation WHERE state NOT IN ('committed', 'abandoned')
        ORDER BY changed_at LIMIT $1`,
      [limit],
    );
    return rows;
  }

  /** Resumes all open ones; gives how each ended. */
  async resumeAll(actor: Actor): Promise<ReadonlyMap<string, 'committed' | 'open' | 'busy'>> {
    const ends = new Map<string, 'committed' | 'open' | 'busy'>();
    for (const { id } of await this.open()) {
      try {
        await this.resume(id, actor);
        ends.set(id, 'committed');
      } catch (error) {
        const { code } = error as { code?: string };
        if (code !== 'trust/rotation-open' && code !== 'trust/rotation-busy') throw error;
        ends.set(id, code === 'trust/rotation-busy' ? 'busy' : 'open');
      }
    }
    return ends;
  }

  /** A lock that ends with its connection, so that a dead process holds none. */
  async #locked<T>(device: string, work: () => Promise<T>): Promise<T> {
    const { db } = this.#keys.options;
    // Each lock holds a connection and its work needs another: half of the pool at most may be locks.
    while (this.#locks >= Math.max(1, Math.floor((db.options.max ?? 2) / 2)))
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#locks++;
    try {
      return await this.#withLock(device, work);
    } finally {
      this.#locks--;
      this.#waiting.shift()?.();
    }
  }

  async #withLock<T>(device: string, work: () => Promise<T>): Promise<T> {
    const client = await this.#keys.options.db.connect();
    try {
      const { rows } = await client.query<{ mine: boolean }>(
        'SELECT pg_try_advisory_lock(hashtextextended($1, 1)) AS mine',
        [device],
      );
      if (!rows[0]!.mine) throw raiseTrust('rotation-busy', `another rotation of ${device} is under way`);
      try {
        return await work();
      } finally {
        await client.query('SELECT pg_advisory_unlock(hashtextextended($1, 1))', [device]);
      }
    } finally {
      client.release();
    }
  }

  async #read(id: string): Promise<Rotation> {
    const { rows } = await this.#keys.options.db.query<Rotation>(
      `SELECT ${columns} FROM key_rotation WHERE id = $1`,
      [id],
    );
    if (!rows[0]) throw raiseTrust('no-meter-key', 'there is no such rotation');
    return rows[0];
  }

  async #prepare(
    device: string,
    purposes: readonly MeterKeyPurpose[],
    reason: string,
    correlation: string,
  ): Promise<string> {
    const id = randomUUID();
    const { db } = this.#keys.options;
    const made = await Promise.all(
      [...new Set(purposes)].map(async (purpose) => {
        const rows = await this.#keys.stored(db, device, purpose);
        const current = rows.find((row) => row.state === 'current');
        if (!current) throw raiseTrust('no-meter-key', `${device} has no current key for ${purpose}`);
        return this.#keys.make(device, purpose, rows[0]!.generation + 1, current.suite);
      }),
    );
    await inTransaction(db, async (client) => {
      await client
        .query(
          `INSERT INTO key_rotation (id, device, purposes, state, reason, correlation)
           VALUES ($1, $2, $3, 'prepared', $4, $5)`,
          [id, device, purposes, reason, correlation],
        )
        .catch((error: unknown) => {
          throw isDuplicate(error) ? raiseTrust('rotation-busy', `a rotation of ${device} is open`) : error;
        });
      for (const each of made) await this.#keys.insert(client, each, 'candidate');
    });
    return id;
  }

  async #carryOn(id: string): Promise<Rotation> {
    let neverSent = false;
    for (;;) {
      const rotation = await this.#read(id);
      if (rotation.state === 'committed' || rotation.state === 'abandoned') return rotation;
      if (rotation.state === 'prepared') {
        await this.#enter(id, 'delivering');
        neverSent = true;
      } else if (rotation.state === 'delivering') await this.#deliver(rotation, neverSent);
      else if (rotation.state === 'delivered') await this.#confirm(rotation);
      else await this.#commit(rotation);
    }
  }

  async #enter(id: string, state: RotationState): Promise<void> {
    await this.#keys.options.db.query(
      `UPDATE key_rotation SET state = $2, changed_at = now(),
              attempts = attempts + CASE WHEN $2 = 'delivering' THEN 1 ELSE 0 END WHERE id = $1`,
      [id, state],
    );
  }

  async #deliver(rotation: Rotation, neverSent: boolean): Promise<void> {
    const { device, id } = rotation;
    if (!neverSent) {
      // A delivery that a crash interrupted may have arrived, and the meter then no longer knows the old keys.
      const uses = await this.#delivery.confirm(device, id);
      if (uses === 'new') {
        await this.#enter(id, 'confirmed');
        return;
      }
      if (uses === 'unknown') throw raiseTrust('rotation-open', `${device} does not answer`);
    }
    const keys = await Promise.all(
      rotation.purposes.map(async (purpose): Promise<DeliveredKey> => {
        const candidate = await this.#candidate(device, purpose);
        return {
          purpose,
          generation: candidate.generation,
          wrapped: await this.#keys.wrappedForMeter(candidate),
        };
      }),
    );
    try {
      await this.#delivery.deliver(device, keys, id);
    } catch (cause) {
      // The state stays: the next attempt begins by asking which keys the meter has.
      throw raiseTrust('rotation-open', `it is not known whether ${device} has its new keys`, { cause });
    }
    await this.#enter(id, 'delivered');
  }

  async #candidate(device: string, purpose: MeterKeyPurpose) {
    const rows = await this.#keys.stored(this.#keys.options.db, device, purpose);
    const found = rows.find((row) => row.state === 'candidate');
    if (!found) throw raiseTrust('no-meter-key', `${device} has no new key for ${purpose}`);
    return found;
  }

  async #confirm({ id, device }: Rotation): Promise<void> {
    const uses = await this.#delivery.confirm(device, id);
    if (uses === 'new') {
      await this.#enter(id, 'confirmed');
      return;
    }
    if (uses === 'old') await this.#enter(id, 'delivering');
    throw raiseTrust(
      'rotation-open',
      `${device} ${uses === 'old' ? 'still uses its old keys' : 'does not answer'}`,
    );
  }

  /** The new keys become current and the old ones are destroyed, in one transaction with the rotation's end. */
  async #commit({ id, device, purposes }: Rotation): Promise<void> {
    const { db, now } = this.#keys.options;
    const at = now?.() ?? new Date();
    await inTransaction(db, async (client: pg.PoolClient) => {
      await client.query(
        `UPDATE meter_key SET state = 'destroyed', wrapped = NULL, destroyed_at = $3
          WHERE device = $1 AND purpose = ANY ($2) AND state = 'current'`,
        [device, purposes, at],
      );
      await client.query(
        `UPDATE meter_key SET state = 'current', current_since = $3
          WHERE device = $1 AND purpose = ANY ($2) AND state = 'candidate'`,
        [device, purposes, at],
      );
      await client.query(`UPDATE key_rotation SET state = 'committed', changed_at = now() WHERE id = $1`, [
        id,
      ]);
    });
  }
}
