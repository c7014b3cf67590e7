/**
 * Frames on a line's connection: four octets of length (big endian), one of kind, the content. The length is bounded
 * before anything is kept, and a frame is put together once, however many pieces it came in.
 */
import type { Priority } from '@wattward/profile';
import { decodeCbor } from './cbor-decode.ts';
import { type CborValue, encodeCbor } from './cbor-encode.ts';
import { priorities } from './envelope.ts';
import { raiseLines } from './errors.ts';

export const frameKind = {
  /** Both: the first frame. */
  hello: 1,
  /** Sender: a certificate chain that envelopes name. */
  chain: 2,
  /** Sender: number of the frame (4 octets), envelope. */
  message: 3,
  /** Sender: after a refusal, that what follows begins anew. */
  resume: 4,
  /** Sender: the numbers up to which messages are written, so that missing ones are noticed. */
  written: 5,
  /** Receiver: every message up to this frame number is consumed. */
  acknowledged: 6,
  /** Receiver: the message of this frame number is refused; the same whatever the reason. */
  refused: 7,
} as const;

export type FrameKind = (typeof frameKind)[keyof typeof frameKind];

export interface Frame {
  readonly kind: number;
  readonly content: Buffer;
}

const headOctets = 5;
export const protocolVersion = 1;

/** One frame; large parts are not copied but follow the head as pieces of their own. */
export function framePieces(kind: FrameKind, ...parts: readonly Uint8Array[]): Uint8Array[] {
  const head = Buffer.alloc(headOctets);
  head.writeUInt32BE(
    parts.reduce((sum, part) => sum + part.length, 0),
    0,
  );
  head[4] = kind;
  return [head, ...parts];
}

export function numberFrame(kind: FrameKind, number: number): Buffer {
  const frame = Buffer.alloc(headOctets + 4);
  frame.writeUInt32BE(4, 0);
  frame[4] = kind;
  frame.writeUInt32BE(number, headOctets);
  return frame;
}

/** Reads the number of a frame that holds nothing else. Errors: `lines/frame`. */
export function numberOf(frame: Frame): number {
  if (frame.content.length !== 4) throw raiseLines('frame', 'a frame without its number');
  return frame.content.readUInt32BE();
}

/** Takes frames out of a stream of octets as they become whole. */
export class FrameReader {
  #maxOctets: number;
  #pieces: Buffer[] = [];
  #held = 0;
  #need = headOctets;

  constructor(maxOctets: number) {
    this.#maxOctets = maxOctets;
  }

  /** A larger or smaller bound for the frames that follow. */
  set maxOctets(octets: number) {
    this.#maxOctets = octets;
  }

  /**
   * Takes octets in and hands over each frame that is whole; the bound may be changed by then.
   * Errors: `lines/frame` when a frame is announced that is too large, and what `take` throws.
   */
  push(octets: Buffer, take: (frame: Frame) => void): void {
    this.#pieces.push(octets);
    this.#held += octets.length;
    if (this.#held < this.#need) return;
    let all = this.#pieces.length === 1 ? this.#pieces[0]! : Buffer.concat(this.#pieces);
    for (;;) {
      this.#need = headOctets;
      if (all.length < headOctets) break;
      const length = all.readUInt32BE(0);
      if (length > this.#maxOctets) throw raiseLines('frame', `a frame of ${length} octets`);
      this.#need = headOctets + length;
      if (all.length < this.#need) break;
      const frame = { kind: all[4]!, content: all.subarray(headOctets, this.#need) };
      all = all.subarray(this.#need);
      take(frame);
    }
    this.#pieces = all.length === 0 ? [] : [all];
    this.#held = all.length;
  }
}

/** What a sender says first. */
export interface SenderHello {
  readonly priority: Priority;
  /** Epoch of its store. */
  readonly epoch: number;
  /** Who issued its connection's certificate; a TLS server in Node is shown the leaf only. */
  readonly issuers: readonly Uint8Array[];
}

/** What a receiver answers: its epoch, how much may be under way, and what it has of this sender and priority. */
export interface ReceiverHello {
  readonly epoch: number;
  readonly messages: number;
  readonly octets: number;
  readonly marks: readonly {
    readonly source: string;
    readonly line: string;
    readonly epoch: number;
    readonly sequence: number;
  }[];
}

/** Up to which number a sender has written messages of a line. */
export interface Written {
  readonly source: string;
  readonly line: string;
  readonly sequence: number;
}

export function encodeSenderHello(hello: SenderHello): Buffer {
  const { priority, epoch, issuers } = hello;
  return encodeCbor({ protocol: protocolVersion, priority, epoch, issuers: [...issuers] });
}

export function encodeReceiverHello(hello: ReceiverHello): Buffer {
  const marks = hello.marks.map(({ source, line, epoch, sequence }) => ({ source, line, epoch, sequence }));
  return encodeCbor({
    protocol: protocolVersion,
    epoch: hello.epoch,
    messages: hello.messages,
    octets: hello.octets,
    marks,
  });
}

export function encodeWritten(written: readonly Written[]): Buffer {
  return encodeCbor(written.map(({ source, line, sequence }) => ({ source, line, sequence })));
}

type Fields = Readonly<Record<string, CborValue | undefined>>;

function fieldsOf(value: CborValue | undefined): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array)
    throw raiseLines('frame', 'not what was expected');
  return value as Fields;
}

function countOf(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw raiseLines('frame', `${name} is not a count`);
  return value;
}

function textOf(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string' || value.length > 128) throw raiseLines('frame', `${name} is not a name`);
  return value;
}

function requireProtocol(fields: Fields): void {
  if (fields['protocol'] !== protocolVersion) throw raiseLines('frame', 'another version of the protocol');
}

/** Errors: `lines/frame`, `lines/cbor`. */
export function decodeSenderHello(octets: Uint8Array): SenderHello {
  const fields = fieldsOf(decodeCbor(octets));
  requireProtocol(fields);
  const priority = priorities.find((each) => each === fields['priority']);
  if (priority === undefined) throw raiseLines('frame', 'an unknown priority');
  return { priority, epoch: countOf(fields, 'epoch'), issuers: chainIn(fields['issuers']) };
}

/** Errors: `lines/frame`, `lines/cbor`. */
export function decodeReceiverHello(octets: Uint8Array): ReceiverHello {
  const fields = fieldsOf(decodeCbor(octets));
  requireProtocol(fields);
  const marks = fields['marks'];
  if (!Array.isArray(marks)) throw raiseLines('frame', 'marks are missing');
  return {
    epoch: countOf(fields, 'epoch'),
    messages: countOf(fields, 'messages'),
    octets: countOf(fields, 'octets'),
    marks: marks.map((each) => {
      const mark = fieldsOf(each);
      return {
        source: textOf(mark, 'source'),
        line: textOf(mark, 'line'),
        epoch: countOf(mark, 'epoch'),
        sequence: countOf(mark, 'sequence'),
      };
    }),
  };
}

/** Errors: `lines/frame`, `lines/cbor`. */
export function decodeWritten(octets: Uint8Array): Written[] {
  const value = decodeCbor(octets);
  if (!Array.isArray(value)) throw raiseLines('frame', 'not what was expected');
  return value.map((each) => {
    const fields = fieldsOf(each);
    return {
      source: textOf(fields, 'source'),
      line: textOf(fields, 'line'),
      sequence: countOf(fields, 'sequence'),
    };
  });
}

/** The chain that a frame shows. Errors: `lines/frame`, `lines/cbor`. */
export function decodeChain(octets: Uint8Array): Uint8Array[] {
  return chainIn(decodeCbor(octets));
}

const maxChain = 4;

function chainIn(value: CborValue | undefined): Uint8Array[] {
  if (!Array.isArray(value) || value.length > maxChain || !value.every((each) => each instanceof Uint8Array))
    throw raiseLines('frame', 'not a chain');
  // Kept beyond the frame, so they must not hold its memory.
  return (value as Uint8Array[]).map((each) => Buffer.from(each));
}
