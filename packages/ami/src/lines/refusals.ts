/**
 * Refusals, counted and recorded exactly. Those of one peer are recorded each up to a number a minute; what comes
 * beyond it is summed up in one alarm, so that a flood of bad messages does not become a flood of records.
 */
import type { AuditPort } from '../audit/port.ts';
import type { Figures } from './figures.ts';
import type { Refused } from './gate.ts';

interface Minute {
  minute: number;
  count: number;
  last: string;
}

export interface RefusalOptions {
  readonly audit: Pick<AuditPort, 'record'>;
  readonly figures: Figures;
  readonly perMinute: number;
  readonly onAuditError: (error: Error) => void;
}

/** Peers that are told apart; the rest share one entry. */
const maxPeers = 4096;
const longestDetail = 200;

export class Refusals {
  readonly #options: RefusalOptions;
  readonly #minutes = new Map<string, Minute>();

  constructor(options: RefusalOptions) {
    this.#options = options;
  }

  /** Counts and records a refused message. */
  message(peer: string, address: string, refused: Refused): void {
    const { figures } = this.#options;
    const line = figures.of(refused.facts?.line);
    line.refused.set(refused.reason, (line.refused.get(refused.reason) ?? 0) + 1);
    if (refused.reason === 'replay') line.repeated++;
    const detail = refused.detail.slice(0, longestDetail);
    line.lastRefusal = { reason: refused.reason, detail, peer, at: new Date().toISOString() };
    const facts = refused.facts;
    this.#record(`line.refused.${refused.reason}`, peer, address, {
      why: detail,
      ...(facts && {
        line: facts.line,
        message: facts.type,
        source: facts.source,
        destination: facts.destination,
        sequence: facts.sequence,
      }),
    });
  }

  /** Counts and records a refused connection. */
  peer(who: string, address: string, why: string): void {
    this.#options.figures.peersRefused++;
    this.#record('line.peer.refused', who, address, { why: why.slice(0, longestDetail) });
  }

  #record(type: string, peer: string, source: string, detail: Record<string, string | number>): void {
    const key = this.#minutes.has(peer) || this.#minutes.size < maxPeers ? peer : '';
    const minute = Math.floor(Date.now() / 60_000);
    const now = this.#minutes.get(key) ?? { minute, count: 0, last: type };
    if (now.minute !== minute) {
      this.#sumUp(key, now);
      now.minute = minute;
      now.count = 0;
    }
    now.count++;
    now.last = type;
    this.#minutes.set(key, now);
    if (now.count <= this.#options.perMinute) this.#write(type, peer, source, detail);
    // One alarm at once, not only when the minute is over.
    else if (now.count === this.#options.perMinute + 1)
      this.#write('line.refusals.many', peer, source, { perMinute: this.#options.perMinute, last: type });
  }

  /** Says how many there were in minutes that are over. */
  flush(): void {
    const minute = Math.floor(Date.now() / 60_000);
    for (const [peer, then] of this.#minutes) {
      if (then.minute === minute) continue;
      this.#sumUp(peer, then);
      this.#minutes.delete(peer);
    }
  }

  #sumUp(peer: string, then: Minute): void {
    if (then.count > this.#options.perMinute + 1)
      this.#write('line.refusals.many', peer, 'local', { refusals: then.count, last: then.last });
  }

  #write(type: string, peer: string, source: string, detail: Record<string, string | number>): void {
    const actor = { kind: 'component', id: peer === '' ? 'unknown' : peer } as const;
    const event = { type, phase: 'outcome', outcome: 'refused', actor, source, detail } as const;
    // The refusal stands whether or not it can be recorded; that the record is missing is told.
    this.#options.audit.record(event).catch(this.#options.onAuditError);
  }
}
