/** The wrapper over TCP (IEC 62056-4-7) on Node sockets. */
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import type { CosemError } from '../../base/errors.ts';
import type { ApduChannel, ApduHandlers, ChannelRole, Saps, SendOptions } from '../channel.ts';
import { raiseLink } from '../errors.ts';
import { encodeWrapper, WrapperDeframer, type WrapperFrame } from '../wrapper.ts';

/** Registered TCP and UDP port of DLMS/COSEM. */
export const dlmsPort = 4059;
/** Octets that may wait in a socket before `send` refuses more. */
export const maxBufferedOctets = 1_048_576;
/** Connections a listener keeps open at the same time unless an option says less. */
export const maxTcpConnections = 1024;

/** The parties and the bound of a TCP channel. */
export interface TcpOptions {
  readonly saps?: Saps;
  readonly maxApduLength?: number;
}

/** Where to connect to over TCP, and how. */
export interface TcpConnectOptions extends TcpOptions {
  readonly host: string;
  readonly port?: number;
  readonly connectTimeoutMs?: number;
}

/** An `ApduChannel` over a connected socket or any other stream pair that keeps order. */
export function tcpChannel(socket: Socket, role: ChannelRole, options: TcpOptions = {}): ApduChannel {
  return new TcpChannel(socket, role, options);
}

/** Connects as a client. Errors: `link/connect` with the cause. */
export async function connectTcp(options: TcpConnectOptions): Promise<ApduChannel> {
  const { host, port = dlmsPort, connectTimeoutMs = 10_000 } = options;
  const socket = await new Promise<Socket>((resolve, reject) => {
    const attempt = createConnection({ host, port, noDelay: true });
    const fail = (cause: unknown) => {
      attempt.destroy();
      reject(raiseLink('connect', `no connection to port ${port}`, { cause }));
    };
    attempt.setTimeout(connectTimeoutMs, () => fail(new Error(`no answer in ${connectTimeoutMs} ms`)));
    attempt.once('error', fail);
    attempt.once('connect', () => {
      attempt.setTimeout(0);
      attempt.removeListener('error', fail);
      resolve(attempt);
    });
  });
  return tcpChannel(socket, 'client', options);
}

/** Where to listen on TCP, and how. */
export interface TcpListenOptions extends TcpOptions {
  readonly host?: string;
  /** 0 lets the system choose. */
  readonly port?: number;
  /** `server` for a meter; `client` for a push listener, to which meters connect. */
  readonly role: ChannelRole;
  readonly maxConnections?: number;
  /** Called for each connection; it is to call `listen` on the channel. */
  onChannel(channel: ApduChannel, socket: Socket): void;
}

/** A listener that is up. */
export interface LinkListener {
  readonly port: number;
  /** Stops listening and closes what is connected. */
  close(): Promise<void>;
}

/** Listens for connections. Error: `link/connect` with the cause, for example a port that is taken. */
export async function listenTcp(options: TcpListenOptions): Promise<LinkListener> {
  const sockets = new Set<Socket>();
  const server: Server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    options.onChannel(tcpChannel(socket, options.role, options), socket);
  });
  server.maxConnections = options.maxConnections ?? maxTcpConnections;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(raiseLink('connect', 'the port cannot be opened', { cause })));
    server.listen(options.port ?? dlmsPort, options.host, resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return { port, close };
}

/** Every peer that hangs up is reported with this one: it happens all the time, and a stack would tell nothing. */
const hungUp = raiseLink('closed');

class TcpChannel implements ApduChannel {
  private readonly socket: Socket;
  private readonly role: ChannelRole;
  private readonly deframer: WrapperDeframer;
  private saps: Saps | undefined;
  private handlers: ApduHandlers | undefined;
  private error: CosemError | undefined;
  private asked = false;
  private down = false;

  constructor(socket: Socket, role: ChannelRole, options: TcpOptions) {
    this.socket = socket;
    this.role = role;
    this.saps = options.saps;
    this.deframer = new WrapperDeframer(options);
    socket.on('error', (cause) => this.note(raiseLink('closed', 'the connection broke', { cause })));
    socket.once('close', () => this.ended());
  }

  listen(handlers: ApduHandlers): void {
    this.handlers = handlers;
    if (this.down) {
      this.tellClosed();
      return;
    }
    this.socket.on('data', (chunk) => this.take(chunk));
    this.socket.once('end', () => {
      if (this.deframer.pending > 0) this.note(raiseLink('closed', 'the connection ended inside a frame'));
    });
  }

  async send(apdu: Uint8Array, options: SendOptions = {}): Promise<void> {
    const saps = options.saps ?? this.saps;
    if (saps === undefined) throw raiseLink('wrapper-port', 'no wrapper ports are given or known yet');
    if (this.down || this.socket.destroyed) throw raiseLink('closed');
    if (this.socket.writableLength > maxBufferedOctets)
      throw raiseLink('queue', `${maxBufferedOctets} octets wait in the socket`);
    const [source, destination] =
      this.role === 'client' ? [saps.client, saps.server] : [saps.server, saps.client];
    const frame = encodeWrapper({ source, destination, apdu });
    if (this.socket.write(frame)) return;
    await new Promise<void>((resolve, reject) => {
      const settle = () => {
        this.socket.removeListener('drain', settle);
        this.socket.removeListener('close', settle);
        if (this.socket.destroyed) reject(raiseLink('closed'));
        else resolve();
      };
      this.socket.once('drain', settle);
      this.socket.once('close', settle);
    });
  }

  noReply(): void {}

  async close(): Promise<void> {
    this.asked = true;
    if (this.socket.destroyed) return;
    await new Promise<void>((resolve) => {
      this.socket.once('close', () => resolve());
      this.socket.end();
      // Unread octets would keep the socket from closing.
      this.socket.resume();
      const patience = setTimeout(() => this.socket.destroy(), closePatienceMs);
      this.socket.once('close', () => clearTimeout(patience));
    });
  }

  private take(chunk: Uint8Array): void {
    if (this.down) return;
    let frames: WrapperFrame[];
    try {
      frames = this.deframer.push(chunk);
    } catch (error) {
      this.note(error as CosemError);
      this.socket.destroy();
      return;
    }
    for (const { source, destination, apdu } of frames) {
      const saps =
        this.role === 'client'
          ? { client: destination, server: source }
          : { client: source, server: destination };
      // A client keeps its own pair; a server or listener answers whom it heard last.
      if (this.role === 'server' || this.saps === undefined) this.saps = saps;
      this.handlers?.apdu(apdu, saps, true);
    }
  }

  private note(error: CosemError): void {
    this.error ??= error;
  }

  private ended(): void {
    this.down = true;
    this.tellClosed();
  }

  private tellClosed(): void {
    const { handlers } = this;
    this.handlers = undefined;
    if (this.asked) handlers?.closed();
    else handlers?.closed(this.error ?? hungUp);
  }
}

/** How long a peer may take to close its half before the socket is destroyed. */
export const closePatienceMs = 1000;
