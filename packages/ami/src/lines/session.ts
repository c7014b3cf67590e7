/**
 * The sender's end of one connection: greeting, what is under way, what comes back. It decides nothing; the channel
 * above it does.
 */
import { connect, type TLSSocket } from 'node:tls';
import type { Priority } from '@wattward/profile';
import { WattwardError } from '../base/errors.ts';
import { encodeCbor } from './cbor-encode.ts';
import { raiseLines } from './errors.ts';
import { principalOf } from './flow-rules.ts';
import {
  decodeReceiverHello,
  encodeSenderHello,
  type Frame,
  FrameReader,
  frameKind,
  framePieces,
  numberFrame,
  numberOf,
  type ReceiverHello,
} from './frames.ts';
import { peerChain } from './peer-chain.ts';
import type { ChainJudge, CredentialPort, LineCredential, SecurityClock } from './ports.ts';

export interface UnderWay {
  readonly number: number;
  readonly stream: number;
  readonly line: string;
  readonly sequence: number;
  readonly octets: number;
  readonly atMs: number;
  readonly sentAt: number;
}

export interface SessionOptions {
  readonly peer: string;
  readonly address: { readonly host: string; readonly port: number };
  readonly priority: Priority;
  readonly epoch: number;
  readonly handshakeMs: number;
  readonly idleMs: number;
  readonly credentials: CredentialPort;
  readonly judge: ChainJudge;
  readonly now: SecurityClock;
  /** The server is somebody else than it should be. */
  readonly onWrongPeer: (who: string, address: string, why: string) => void;
  /** Messages were acknowledged, or one was refused, or the connection ended: have a look. */
  readonly onNews: () => void;
}

const maxReplyOctets = 4 * 1024 * 1024;
/** Up to this a piece is cheaper to copy than to send as a record of its own. */
const copiedOctets = 16 * 1024;

export class Session {
  readonly #options: SessionOptions;
  readonly #socket: TLSSocket;
  readonly #reader = new FrameReader(maxReplyOctets);
  readonly #acknowledged: UnderWay[] = [];
  #underWay: UnderWay[] = [];
  #octets = 0;
  #number = 0;
  #held: Uint8Array[] | undefined;
  #refused: UnderWay | undefined;
  #closed = false;
  #hello: ReceiverHello | undefined;
  #onHello: (() => void) | undefined;
  #shown: LineCredential | undefined;
  #why = 'closed by the receiver';

  private constructor(socket: TLSSocket, options: SessionOptions) {
    this.#socket = socket;
    this.#options = options;
    // Set before there is a connection it would be forgotten, and each small answer would wait 40 ms.
    socket.once('secureConnect', () => socket.setNoDelay(true));
    socket.setTimeout(options.idleMs, () => this.close('idle'));
    socket.on('error', (error) => {
      this.#why = error.message;
    });
    socket.on('close', () => {
      this.#closed = true;
      this.#onHello?.();
      options.onNews();
    });
    socket.on('data', (octets: Buffer) => this.#onData(octets));
  }

  /** Connects and greets. Errors: `lines/peer`. */
  static async open(options: SessionOptions): Promise<Session> {
    const { tls } = options.credentials.current();
    const socket = connect({
      ...options.address,
      cert: tls.cert,
      key: tls.key,
      ca: [...tls.ca],
      minVersion: 'TLSv1.3',
      rejectUnauthorized: true,
      // Who the server is stands in its alternative name as a URI, and is judged below; hosts have no say.
      checkServerIdentity: () => undefined,
    });
    const session = new Session(socket, options);
    const timer = setTimeout(() => session.close('the handshake takes too long'), options.handshakeMs);
    try {
      await session.#secured();
      session.#judgeServer();
      await session.#greeted();
      return session;
    } catch (error) {
      socket.destroy();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  #secured(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.once('secureConnect', resolve);
      this.#socket.once('close', () => reject(raiseLines('peer', `${this.#options.peer}: ${this.#why}`)));
    });
  }

  #judgeServer(): void {
    const { judge, now, peer, address, onWrongPeer } = this.#options;
    const verdict = judge.judge(peerChain(this.#socket), 'tls-server', now());
    const who = 'refused' in verdict ? 'unknown' : principalOf(verdict.verified.identity);
    if (who === peer) return;
    const why = 'refused' in verdict ? `${verdict.refused}: ${verdict.detail}` : `it is ${who}, not ${peer}`;
    onWrongPeer(who, `${address.host}:${address.port}`, why);
    throw raiseLines('peer', why);
  }

  async #greeted(): Promise<void> {
    const { priority, epoch, credentials } = this.#options;
    const { issuers } = credentials.current().tls;
    this.#write(framePieces(frameKind.hello, encodeSenderHello({ priority, epoch, issuers })));
    await new Promise<void>((resolve) => {
      if (this.#hello !== undefined || this.#closed) resolve();
      else this.#onHello = resolve;
    });
    if (this.#hello === undefined) throw raiseLines('peer', `${this.#options.peer}: ${this.#why}`);
  }

  get hello(): ReceiverHello {
    return this.#hello!;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  get why(): string {
    return this.#why;
  }

  /** How many messages and octets may still be sent. A message larger than what is left waits until nothing is under way. */
  get room(): { messages: number; octets: number } {
    return {
      messages: this.hello.messages - this.#underWay.length,
      octets: this.hello.octets - this.#octets,
    };
  }

  get isIdle(): boolean {
    return this.#underWay.length === 0;
  }

  /** How long the oldest message has waited for its acknowledgement. */
  get waitedMs(): number {
    const oldest = this.#underWay[0];
    return oldest === undefined ? 0 : performance.now() - oldest.sentAt;
  }

  /** What was acknowledged since the last call, in order. */
  takeAcknowledged(): UnderWay[] {
    return this.#acknowledged.splice(0);
  }

  /** The message that was refused; everything after it has to be sent again. */
  takeRefused(): UnderWay | undefined {
    const refused = this.#refused;
    this.#refused = undefined;
    return refused;
  }

  get hasRefused(): boolean {
    return this.#refused !== undefined;
  }

  send(envelope: Uint8Array, about: Omit<UnderWay, 'number' | 'sentAt' | 'octets'>): void {
    const number = ++this.#number;
    const head = Buffer.alloc(4);
    head.writeUInt32BE(number);
    this.#underWay.push({ ...about, number, octets: envelope.length, sentAt: performance.now() });
    this.#octets += envelope.length;
    this.#write(framePieces(frameKind.message, head, envelope));
  }

  /** Shows the chain that the next envelopes name, unless it was shown before. */
  show(credential: LineCredential): void {
    if (this.#shown === credential) return;
    this.#shown = credential;
    this.#write(framePieces(frameKind.chain, encodeCbor([...credential.chain])));
  }

  resume(number: number): void {
    this.#write([numberFrame(frameKind.resume, number)]);
  }

  tellWritten(content: Uint8Array): void {
    this.#write(framePieces(frameKind.written, content));
  }

  /** Holds back what is sent until `uncork`, so that many messages make few TLS records. */
  cork(): void {
    this.#held = [];
  }

  /** Sends what was corked; resolves when the socket takes more. */
  async uncork(): Promise<void> {
    const held = this.#held ?? [];
    this.#held = undefined;
    this.#writeTogether(held);
    if (!this.#socket.writableNeedDrain || this.#closed) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        this.#socket.off('drain', done);
        this.#socket.off('close', done);
        resolve();
      };
      this.#socket.on('drain', done);
      this.#socket.on('close', done);
    });
  }

  close(why: string): void {
    if (this.#closed) return;
    this.#why = why;
    this.#socket.destroy();
  }

  #write(pieces: readonly Uint8Array[]): void {
    if (this.#held !== undefined) this.#held.push(...pieces);
    else this.#writeTogether(pieces);
  }

  /** Small pieces are copied into one; a large one is written as it is. */
  #writeTogether(pieces: readonly Uint8Array[]): void {
    if (this.#socket.destroyed) return;
    let small: Uint8Array[] = [];
    const flush = () => {
      if (small.length > 0) this.#socket.write(small.length === 1 ? small[0]! : Buffer.concat(small));
      small = [];
    };
    for (const piece of pieces) {
      if (piece.length <= copiedOctets) small.push(piece);
      else {
        flush();
        this.#socket.write(piece);
      }
    }
    flush();
  }

  #onData(octets: Buffer): void {
    try {
      this.#reader.push(octets, (frame) => this.#onFrame(frame));
    } catch (error) {
      if (!(error instanceof WattwardError)) throw error;
      this.close(error.detail);
    }
    this.#options.onNews();
  }

  #onFrame(frame: Frame): void {
    if (this.#hello === undefined) {
      if (frame.kind !== frameKind.hello) throw raiseLines('frame', 'no hello');
      this.#hello = decodeReceiverHello(frame.content);
      this.#onHello?.();
    } else if (frame.kind === frameKind.acknowledged) this.#onAcknowledged(numberOf(frame));
    else if (frame.kind === frameKind.refused) this.#onRefused(numberOf(frame));
    else throw raiseLines('frame', `kind ${frame.kind}`);
  }

  #onAcknowledged(number: number): void {
    let count = 0;
    while (count < this.#underWay.length && this.#underWay[count]!.number <= number) {
      this.#octets -= this.#underWay[count]!.octets;
      count++;
    }
    this.#acknowledged.push(...this.#underWay.splice(0, count));
  }

  #onRefused(number: number): void {
    const refused = this.#underWay.find((each) => each.number === number);
    if (refused === undefined) throw raiseLines('frame', 'a refusal of what was not sent');
    this.#refused = refused;
    this.#underWay = [];
    this.#octets = 0;
  }
}
