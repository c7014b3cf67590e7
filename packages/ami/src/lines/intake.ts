/**
 * One connection's messages on their way in: judged by the gate in slices, so that no connection holds up the others,
 * consumed in transactions by priority, then acknowledged. After a refusal what follows is not looked at until the
 * sender says that it begins anew: so nothing overtakes the message that was refused.
 */
import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import type { Priority } from '@wattward/profile';
import { WattwardError } from '../base/errors.ts';
import type { ChainCache } from './chain-cache.ts';
import type { EnvelopeFacts } from './envelope.ts';
import { raiseLines } from './errors.ts';
import { decodeChain, decodeWritten, type Frame, frameKind, numberFrame, numberOf } from './frames.ts';
import type { Accepted, GateVerdict, GateView, Mark } from './gate.ts';
import type { Inbox } from './inbox.ts';
import type { LineLimits } from './limits.ts';
import type { PayloadPort, SecurityClock } from './ports.ts';
import type { Refusals } from './refusals.ts';
import type { Turnstile } from './turnstile.ts';
import type { Watch } from './watch.ts';

/** What all connections of a listener share. */
export interface IntakeContext {
  readonly me: ReadonlySet<string>;
  readonly epoch: number;
  readonly limits: LineLimits;
  readonly now: SecurityClock;
  readonly chains: ChainCache;
  readonly payloads: PayloadPort;
  readonly inbox: Inbox;
  readonly turnstile: Turnstile;
  readonly refusals: Refusals;
  readonly watch: Watch;
  readonly judge: (octets: Uint8Array, view: GateView) => GateVerdict;
  /** Messages were consumed and committed. */
  readonly onConsumed: (facts: readonly EnvelopeFacts[]) => void;
}

export interface IntakePeer {
  readonly principal: string;
  readonly names: ReadonlySet<string>;
  readonly address: string;
  readonly priority: Priority;
  readonly epoch: number;
  /** Whether the connection's own certificate still holds. */
  readonly isTrusted: () => boolean;
  readonly write: (octets: Uint8Array) => void;
  /** Ends the connection at once; the reason is for the log. */
  readonly end: (why: string) => void;
}

type Item = { readonly number: number; readonly octets: Buffer } | { readonly resume: number };

interface Batch {
  readonly accepted: Accepted[];
  readonly octets: Buffer[];
  last: number;
  refused: number | undefined;
}

/** Judged without a pause for others: some milliseconds of work. */
const sliceMessages = 128;
const sliceOctets = 4 * 1024 * 1024;
/** Batches on their way to the store while the next is judged. */
const batchesUnderWay = 2;

export class Intake {
  readonly #context: IntakeContext;
  readonly #peer: IntakePeer;
  readonly #marks = new Map<string, Mark>();
  readonly #queue: Item[] = [];
  #queuedOctets = 0;
  #queued = 0;
  #running: Promise<void> | undefined;
  #commits: Promise<void> = Promise.resolve();
  #underWay = 0;
  #stoppedAt: number | undefined;
  /** Rises when an effect refuses what the gate had let through, so that what was judged after it is dropped. */
  #generation = 0;
  #ended = false;

  constructor(context: IntakeContext, peer: IntakePeer) {
    this.#context = context;
    this.#peer = peer;
  }

  /** Takes a frame in. Errors: `lines/frame`, `lines/cbor`; the connection ends then. */
  push(frame: Frame): void {
    const { watch, chains, now } = this.#context;
    if (frame.kind === frameKind.message) {
      if (frame.content.length < 5) throw raiseLines('frame', 'a message without octets');
      this.#enqueue({ number: frame.content.readUInt32BE(0), octets: frame.content.subarray(4) });
    } else if (frame.kind === frameKind.resume) this.#enqueue({ resume: numberOf(frame) });
    else if (frame.kind === frameKind.written)
      watch.written(decodeWritten(frame.content), this.#peer.names, this.#peer.priority, this.#peer.epoch);
    else if (frame.kind === frameKind.chain) chains.learn(decodeChain(frame.content), now());
    else throw raiseLines('frame', `kind ${frame.kind}`);
  }

  #enqueue(item: Item): void {
    const { limits, refusals } = this.#context;
    this.#queue.push(item);
    this.#queued++;
    if ('octets' in item) this.#queuedOctets += item.octets.length;
    // Twice the credit: what was sent before a refusal may still be here when what follows it comes.
    const tooMany = this.#queued > 2 * limits.inFlightMessages + 2;
    if (tooMany || this.#queuedOctets > 2 * creditOctets(limits)) {
      const refused = { reason: 'rate', detail: 'more than the credit', facts: undefined } as const;
      refusals.message(this.#peer.principal, this.#peer.address, refused);
      this.#end('more than the credit');
      return;
    }
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  #end(why: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#queue.length = 0;
    this.#peer.end(why);
  }

  /** Takes no more, and resolves when what was on its way to the store is there or has failed. */
  async drain(): Promise<void> {
    this.#ended = true;
    this.#queue.length = 0;
    await this.#running;
    await this.#commits;
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0 && !this.#ended) {
      if (!this.#peer.isTrusted()) {
        this.#end('its certificate is no longer trusted');
        return;
      }
      const batch = this.#judgeSlice();
      if (batch.accepted.length > 0 || batch.refused !== undefined) {
        const generation = this.#generation;
        this.#underWay++;
        this.#commits = this.#commits.then(() => this.#settle(batch, generation));
      }
      if (this.#underWay >= batchesUnderWay) await this.#commits;
      else await turn();
    }
  }

  #judgeSlice(): Batch {
    const batch: Batch = { accepted: [], octets: [], last: 0, refused: undefined };
    const view = this.#view();
    let octets = 0;
    for (let count = 0; count < sliceMessages && octets < sliceOctets; count++) {
      const item = this.#queue.shift();
      if (item === undefined) break;
      this.#queued--;
      if ('resume' in item) {
        if (item.resume === this.#stoppedAt) this.#stoppedAt = undefined;
        continue;
      }
      this.#queuedOctets -= item.octets.length;
      octets += item.octets.length;
      if (this.#stoppedAt !== undefined) continue;
      const verdict = this.#context.judge(item.octets, view);
      if ('refused' in verdict) {
        this.#context.refusals.message(this.#peer.principal, this.#peer.address, verdict.refused);
        this.#stoppedAt = item.number;
        batch.refused = item.number;
        break;
      }
      const { envelope } = verdict.accepted.parsed;
      this.#marks.set(streamKey(envelope), { epoch: envelope.epoch, sequence: envelope.sequence });
      batch.accepted.push(verdict.accepted);
      batch.octets.push(item.octets);
      batch.last = item.number;
    }
    return batch;
  }

  #view(): GateView {
    const { me, epoch, limits, now, chains, payloads, inbox } = this.#context;
    return {
      me,
      epoch,
      chains,
      payloads,
      peer: this.#peer.principal,
      priority: this.#peer.priority,
      atMs: now(),
      clockSkewMs: limits.clockSkewMs,
      envelopeAgeMs: limits.envelopeAgeMs,
      maxOctets: limits.batchOctets,
      markOf: (facts) => this.#marks.get(streamKey(facts)) ?? inbox.markOf(facts),
    };
  }

  async #settle(batch: Batch, generation: number): Promise<void> {
    try {
      if (generation === this.#generation && batch.accepted.length > 0) await this.#consume(batch);
      if (generation === this.#generation && batch.refused !== undefined && !this.#ended)
        this.#peer.write(numberFrame(frameKind.refused, batch.refused));
    } catch (error) {
      this.#marks.clear();
      this.#end(`what it sent could not be stored: ${(error as Error).message}`);
    } finally {
      this.#underWay--;
    }
  }

  async #consume(batch: Batch): Promise<void> {
    const hashes = batch.octets.map((each) => createHash('sha256').update(each).digest());
    try {
      await this.#store(batch.accepted, hashes);
      this.#acknowledge(batch.last);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      // The effect of one of them does not want it: the others are consumed one by one up to it.
      await this.#consumeSingly(batch, hashes);
    }
  }

  async #consumeSingly(batch: Batch, hashes: readonly Uint8Array[]): Promise<void> {
    const first = batch.last - batch.accepted.length + 1;
    for (const [i, accepted] of batch.accepted.entries()) {
      try {
        await this.#store([accepted], [hashes[i]!]);
        this.#acknowledge(first + i);
      } catch (error) {
        if (!isRefusal(error)) throw error;
        const facts = accepted.parsed.envelope;
        const refused = { reason: 'schema', detail: error.detail, facts } as const;
        this.#context.refusals.message(this.#peer.principal, this.#peer.address, refused);
        this.#generation++;
        this.#marks.clear();
        this.#stoppedAt = first + i;
        if (!this.#ended) this.#peer.write(numberFrame(frameKind.refused, first + i));
        return;
      }
    }
  }

  async #store(accepted: readonly Accepted[], hashes: readonly Uint8Array[]): Promise<void> {
    const { turnstile, inbox, watch, now, onConsumed } = this.#context;
    await turnstile.pass(this.#peer.priority, () => inbox.consume(accepted, hashes, now()));
    const facts = accepted.map(({ parsed }) => parsed.envelope);
    watch.consumed(facts, now());
    onConsumed(facts);
  }

  #acknowledge(number: number): void {
    if (!this.#ended) this.#peer.write(numberFrame(frameKind.acknowledged, number));
  }
}

/** Octets that a sender may have under way: two of the largest batches, so that one is judged while one is stored. */
export function creditOctets(limits: LineLimits): number {
  return 2 * limits.batchOctets;
}

const streamKey = (facts: EnvelopeFacts) => `${facts.source}|${facts.line}|${facts.priority}`;

/** What an effect throws about the message itself; anything else is trouble of the receiver's own. */
function isRefusal(error: unknown): error is WattwardError {
  return error instanceof WattwardError && ['decode', 'policy', 'usage', 'protocol'].includes(error.kind);
}
