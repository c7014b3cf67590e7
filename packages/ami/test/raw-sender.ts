/** An attacker's end of a line: says what it wants, frame by frame, with whatever certificates it is given. */
import type { KeyObject } from 'node:crypto';
import { connect, type TLSSocket } from 'node:tls';
import { messageById, type Priority } from '@wattward/profile';
import { type CborValue, encodeCbor } from '../src/lines/cbor-encode.ts';
import { type EnvelopeFacts, encodePayload, protectedHeader, signEnvelope } from '../src/lines/envelope.ts';
import {
  decodeReceiverHello,
  encodeSenderHello,
  FrameReader,
  frameKind,
  framePieces,
  numberOf,
  type ReceiverHello,
} from '../src/lines/frames.ts';
import type { LineAuthority, TestCredentials } from './line-authority.ts';

export type Outcome = 'acknowledged' | 'refused' | 'closed';

export interface RawOptions {
  readonly port: number;
  readonly priority: Priority;
  /** Client certificate and key; none at all when absent. */
  readonly tls:
    | { readonly cert: string; readonly key: string; readonly issuers: readonly Uint8Array[] }
    | undefined;
  readonly ca: readonly string[];
}

export class RawSender {
  readonly #socket: TLSSocket;
  readonly #outcomes = new Map<number, Outcome>();
  readonly #changed = new Set<() => void>();
  #number = 0;
  #closed = false;
  hello: ReceiverHello | undefined;
  /** Octets of every answer, to compare refusals. */
  readonly answers: Buffer[] = [];

  private constructor(socket: TLSSocket) {
    this.#socket = socket;
    const reader = new FrameReader(1 << 20);
    socket.once('secureConnect', () => socket.setNoDelay(true));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#closed = true;
      this.#tell();
    });
    socket.on('data', (octets: Buffer) => {
      reader.push(octets, (frame) => {
        if (frame.kind === frameKind.hello) this.hello = decodeReceiverHello(frame.content);
        else {
          const number = numberOf(frame);
          this.answers.push(Buffer.concat([Buffer.from([frame.kind]), frame.content]));
          if (frame.kind === frameKind.refused) this.#outcomes.set(number, 'refused');
          else
            for (let n = 1; n <= number; n++)
              if (!this.#outcomes.has(n)) this.#outcomes.set(n, 'acknowledged');
        }
      });
      this.#tell();
    });
  }

  #tell(): void {
    for (const each of this.#changed) each();
  }

  async #until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      await new Promise<void>((resolve) => {
        const look = () => {
          this.#changed.delete(look);
          resolve();
        };
        this.#changed.add(look);
      });
    }
  }

  /** Connects and greets; `hello` is undefined when the listener did not answer. */
  static async open({ port, priority, tls, ca }: RawOptions): Promise<RawSender> {
    const socket = connect({
      port,
      host: '127.0.0.1',
      ca: [...ca],
      checkServerIdentity: () => undefined,
      ...(tls && { cert: tls.cert, key: tls.key }),
    });
    const sender = new RawSender(socket);
    sender.raw(
      framePieces(frameKind.hello, encodeSenderHello({ priority, epoch: 1, issuers: tls?.issuers ?? [] })),
    );
    await sender.#until(() => sender.hello !== undefined || sender.#closed);
    return sender;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  raw(pieces: readonly Uint8Array[]): void {
    for (const piece of pieces) this.#socket.write(piece);
  }

  show(chain: readonly Uint8Array[]): void {
    this.raw(framePieces(frameKind.chain, encodeCbor([...chain])));
  }

  resume(number: number): void {
    const content = Buffer.alloc(4);
    content.writeUInt32BE(number);
    this.raw(framePieces(frameKind.resume, content));
  }

  /** Sends octets as a message without waiting. */
  post(octets: Uint8Array): number {
    const head = Buffer.alloc(4);
    head.writeUInt32BE(++this.#number);
    this.raw(framePieces(frameKind.message, head, octets));
    return this.#number;
  }

  async outcome(number: number): Promise<Outcome> {
    await this.#until(() => this.#outcomes.has(number) || this.#closed);
    return this.#outcomes.get(number) ?? 'closed';
  }

  /** Sends octets as a message; a refusal is followed by a new beginning. */
  async send(octets: Uint8Array): Promise<Outcome> {
    const number = this.post(octets);
    const outcome = await this.outcome(number);
    if (outcome === 'refused') this.resume(number);
    return outcome;
  }

  async untilClosed(): Promise<void> {
    await this.#until(() => this.#closed);
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** A sender with good certificates of its own. */
export function honestSender(
  authority: LineAuthority,
  credentials: TestCredentials,
  port: number,
  priority: Priority,
): Promise<RawSender> {
  const { tls } = credentials.current();
  return RawSender.open({ port, priority, tls, ca: authority.anchors });
}

/** Facts of a message as its honest sender would sign them. */
export function factsOf(type: string, sequence: number, more: Partial<EnvelopeFacts> = {}): EnvelopeFacts {
  const { line, source, destination, label, priority } = messageById(type);
  return {
    line,
    type,
    source,
    destination,
    label,
    priority,
    epoch: 1,
    receiverEpoch: 1,
    sequence,
    previous: sequence - 1,
    atMs: Date.now(),
    expiresMs: undefined,
    ...more,
  };
}

/** Signs an envelope with an honest key, or with whatever is given instead. */
export function envelopeOf(
  credentials: TestCredentials,
  facts: EnvelopeFacts,
  body: CborValue,
  instead: { readonly key?: KeyObject; readonly header?: Uint8Array; readonly payload?: Uint8Array } = {},
): Buffer {
  const { chain, algorithm } = credentials.current();
  const header = instead.header ?? protectedHeader(algorithm, chain);
  const payload = instead.payload ?? encodePayload(facts, encodeCbor(body));
  return signEnvelope(header, payload, algorithm, instead.key ?? credentials.issued().message.key);
}
