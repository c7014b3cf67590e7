/**
 * A receiver's line listener: mutual TLS 1.3, open only to certificates of components that have a line to it
 * (2.8.18, 2.15.12). It refuses before the gate sees anything, and would if there were no gate.
 */
import type { AddressInfo, Socket } from 'node:net';
import { createServer, type Server, type TLSSocket, type TlsOptions } from 'node:tls';
import type { AuditPort } from '../audit/port.ts';
import { WattwardError } from '../base/errors.ts';
import { raiseLines } from './errors.ts';
import { anyLineBetween, namesOf, type PeerIdentity, principalOf } from './flow-rules.ts';
import {
  decodeSenderHello,
  encodeReceiverHello,
  type Frame,
  FrameReader,
  frameKind,
  framePieces,
  type SenderHello,
} from './frames.ts';
import { envelopeOverheadOctets } from './gate.ts';
import { creditOctets, Intake, type IntakeContext } from './intake.ts';
import type { ChainJudge, CredentialPort } from './ports.ts';

export interface ListenerOptions {
  readonly context: IntakeContext;
  readonly credentials: CredentialPort;
  readonly judge: ChainJudge;
  readonly audit: Pick<AuditPort, 'record'>;
  readonly onLog: (what: string, detail: Readonly<Record<string, unknown>>) => void;
}

interface Connection {
  readonly socket: TLSSocket;
  readonly principal: string;
  intake: Intake | undefined;
}

/** Connections in the middle of a handshake or before their first frame; a bound on memory, not a policy. */
const maxUnknown = 256;
/** A greeting with three certificates. */
const maxHelloOctets = 32 * 1024;

export class LineListener {
  readonly #options: ListenerOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #connections = new Set<Connection>();
  readonly #slots = new Map<string, Connection>();
  readonly #stopCredentials: () => void;
  #port = 0;

  constructor(options: ListenerOptions) {
    this.#options = options;
    this.#server = createServer(
      { ...this.#secureOptions(), handshakeTimeout: options.context.limits.handshakeMs },
      (socket) => this.#onSecure(socket),
    );
    this.#server.on('connection', (socket: Socket) => this.#onSocket(socket));
    this.#server.on('tlsClientError', (error: Error, socket: TLSSocket) => {
      const why = (error as NodeJS.ErrnoException).code ?? error.message;
      // A peer that closes before saying anything is a port scan or a health check, not a refusal.
      if (why !== 'ECONNRESET') this.#options.context.refusals.peer('unknown', addressOf(socket), why);
      socket.destroy();
    });
    this.#stopCredentials = options.credentials.onChange(() =>
      this.#server.setSecureContext(this.#secureOptions()),
    );
  }

  #secureOptions(): TlsOptions {
    const { tls } = this.#options.credentials.current();
    return {
      cert: tls.cert,
      key: tls.key,
      ca: [...tls.ca],
      minVersion: 'TLSv1.3',
      requestCert: true,
      // Node would end a connection with a bad certificate without telling why; #onSecure ends it and tells.
      rejectUnauthorized: false,
    };
  }

  get port(): number {
    return this.#port;
  }

  /** Begins to listen. Errors: those of the socket, for the caller to name its configuration key. */
  async listen(port: number, host: string): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        this.#server.on('error', (error) =>
          this.#options.onLog('the listener failed', { why: error.message }),
        );
        resolve();
      });
    });
    this.#port = (this.#server.address() as AddressInfo).port;
    return this.#port;
  }

  async close(): Promise<void> {
    this.#stopCredentials();
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all([...this.#connections].map((each) => this.#drop(each)));
    await closed;
  }

  #onSocket(socket: Socket): void {
    if (this.#sockets.size - this.#connections.size >= maxUnknown) {
      socket.destroy();
      return;
    }
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.setNoDelay(true);
  }

  #onSecure(socket: TLSSocket): void {
    socket.on('error', () => socket.destroy());
    const { context } = this.#options;
    if (!socket.authorized) {
      this.#refuse(socket, 'unknown', String(socket.authorizationError ?? 'no certificate'));
      return;
    }
    // Until it is known who this is, no frame is larger than a greeting with its certificates.
    const reader = new FrameReader(maxHelloOctets);
    let connection: Connection | undefined;
    const waiting: Frame[] = [];
    const early = setTimeout(() => socket.destroy(), context.limits.handshakeMs);
    socket.setTimeout(context.limits.idleMs, () => socket.destroy());
    socket.on('close', () => {
      clearTimeout(early);
      if (connection !== undefined) void this.#drop(connection);
    });
    const onFrame = (frame: Frame): void => {
      if (connection === undefined) {
        clearTimeout(early);
        connection = this.#admit(socket, frame, waiting);
        reader.maxOctets = context.limits.batchOctets + envelopeOverheadOctets + 64;
      } else if (connection.intake !== undefined) connection.intake.push(frame);
      else if (waiting.push(frame) > context.limits.inFlightMessages)
        throw raiseLines('frame', 'more than the credit');
    };
    socket.on('data', (octets: Buffer) => {
      try {
        reader.push(octets, (frame) => {
          if (!socket.destroyed) onFrame(frame);
        });
      } catch (error) {
        this.#onBadFrame(socket, connection?.principal ?? 'unknown', error);
      }
    });
  }

  /** The listener's own decision: who this is, and whether any line leads from there to here. */
  #admit(socket: TLSSocket, frame: Frame, waiting: Frame[]): Connection | undefined {
    const { context, judge } = this.#options;
    if (frame.kind !== frameKind.hello) throw raiseLines('frame', 'no hello');
    const hello = decodeSenderHello(frame.content);
    const leaf = socket.getPeerCertificate().raw;
    const chain = leaf === undefined ? [] : [leaf, ...hello.issuers];
    const verdict = judge.judge(chain, 'tls-client', context.now());
    if ('refused' in verdict) return this.#refuse(socket, 'unknown', `${verdict.refused}: ${verdict.detail}`);
    const { identity } = verdict.verified;
    const principal = principalOf(identity);
    if (!anyLineBetween(namesOf(identity), context.me))
      return this.#refuse(socket, principal, 'no line leads from it to here');
    const held = [...this.#connections].filter((each) => each.principal === principal).length;
    // One more than permitted, because a new connection takes the place of one that is still being dropped.
    if (held > context.limits.connectionsPerPeer)
      return this.#refuse(socket, principal, 'too many connections');
    const connection: Connection = { socket, principal, intake: undefined };
    this.#connections.add(connection);
    void this.#open(connection, identity, chain, hello, waiting);
    return connection;
  }

  #refuse(socket: TLSSocket, who: string, why: string): undefined {
    this.#options.context.refusals.peer(who, addressOf(socket), why);
    socket.destroy();
  }

  #onBadFrame(socket: TLSSocket, principal: string, error: unknown): void {
    if (!(error instanceof WattwardError)) throw error;
    // A frame that is announced too large is the gate's first step, taken before its octets are kept.
    const reason = error.detail.startsWith('a frame of') ? 'size' : 'parse';
    const refused = { reason, detail: error.detail, facts: undefined } as const;
    this.#options.context.refusals.message(principal, addressOf(socket), refused);
    this.#options.onLog('connection ended', { peer: principal, why: error.detail });
    socket.destroy();
  }

  async #open(
    connection: Connection,
    identity: PeerIdentity,
    chain: readonly Uint8Array[],
    hello: SenderHello,
    waiting: Frame[],
  ): Promise<void> {
    const { context, judge, onLog } = this.#options;
    const { socket, principal } = connection;
    try {
      const slot = `${principal}|${hello.priority}`;
      const before = this.#slots.get(slot);
      this.#slots.set(slot, connection);
      // What an older connection has on its way to the store decides what this one is told to have been consumed.
      if (before !== undefined) await this.#drop(before);
      const names = namesOf(identity);
      const marks = await context.inbox.marksOf(names, hello.priority);
      if (socket.destroyed) return;
      const { inFlightMessages: messages } = context.limits;
      const octets = creditOctets(context.limits);
      const answer = encodeReceiverHello({ epoch: context.epoch, messages, octets, marks });
      for (const piece of framePieces(frameKind.hello, answer)) socket.write(piece);
      const intake = new Intake(context, {
        principal,
        names,
        address: addressOf(socket),
        priority: hello.priority,
        epoch: hello.epoch,
        isTrusted: () => 'verified' in judge.judge(chain, 'tls-client', context.now()),
        write: (octetsOut) => void (socket.destroyed || socket.write(octetsOut)),
        end: (why) => this.#end(connection, why),
      });
      connection.intake = intake;
      this.#record('line.opened', principal, hello.priority);
      for (const frame of waiting.splice(0)) intake.push(frame);
    } catch (error) {
      onLog('a connection could not be opened', { peer: principal, why: (error as Error).message });
      socket.destroy();
    }
  }

  #end(connection: Connection, why: string): void {
    this.#options.onLog('connection ended', { peer: connection.principal, why });
    connection.socket.destroy();
  }

  /** Ends a connection and resolves when nothing of it is on its way to the store. */
  async #drop(connection: Connection): Promise<void> {
    connection.socket.destroy();
    await connection.intake?.drain();
    if (!this.#connections.delete(connection)) return;
    for (const [slot, held] of this.#slots) if (held === connection) this.#slots.delete(slot);
    if (connection.intake !== undefined) this.#record('line.closed', connection.principal, '');
  }

  #record(type: string, peer: string, priority: string): void {
    const event = {
      type,
      phase: 'outcome',
      outcome: 'success',
      actor: { kind: 'component', id: peer },
      ...(priority === '' ? {} : { detail: { priority } }),
    } as const;
    this.#options.audit
      .record(event)
      .catch((error: Error) => this.#options.onLog('a record could not be written', { why: error.message }));
  }
}

function addressOf(socket: Socket): string {
  return socket.remoteAddress === undefined ? 'unknown' : `${socket.remoteAddress}:${socket.remotePort}`;
}
