/** The wrapper over UDP (IEC 62056-4-7) on Node sockets: one datagram is one frame. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { CosemError } from '../../base/errors.ts';
import type { ApduChannel, ApduHandlers, ChannelRole, Saps, SendOptions } from '../channel.ts';
import { raiseLink } from '../errors.ts';
import { decodeWrapper, encodeWrapper } from '../wrapper.ts';
import { dlmsPort, type LinkListener } from './tcp.ts';

/** Peers that a listener remembers; the one heard longest ago is forgotten first. */
export const maxUdpPeers = 1024;
/** Largest payload of an IPv4 datagram. */
export const maxUdpPayload = 65_507;

interface Remote {
  readonly address: string;
  readonly port: number;
}

class UdpChannel implements ApduChannel {
  private readonly socket: Socket;
  private readonly remote: Remote | undefined;
  private readonly role: ChannelRole;
  private readonly onClose: () => Promise<void>;
  private saps: Saps | undefined;
  private handlers: ApduHandlers | undefined;
  private down = false;

  constructor(
    socket: Socket,
    remote: Remote | undefined,
    role: ChannelRole,
    saps: Saps | undefined,
    onClose: () => Promise<void>,
  ) {
    this.socket = socket;
    this.remote = remote;
    this.role = role;
    this.saps = saps;
    this.onClose = onClose;
  }

  listen(handlers: ApduHandlers): void {
    this.handlers = handlers;
  }

  take(source: number, destination: number, apdu: Uint8Array): void {
    const saps =
      this.role === 'client'
        ? { client: destination, server: source }
        : { client: source, server: destination };
    if (this.role === 'server' || this.saps === undefined) this.saps = saps;
    this.handlers?.apdu(apdu, saps, true);
  }

  async send(apdu: Uint8Array, options: SendOptions = {}): Promise<void> {
    const saps = options.saps ?? this.saps;
    if (saps === undefined) throw raiseLink('wrapper-port', 'no wrapper ports are given or known yet');
    if (this.down) throw raiseLink('closed');
    const [source, destination] =
      this.role === 'client' ? [saps.client, saps.server] : [saps.server, saps.client];
    const datagram = encodeWrapper({ source, destination, apdu });
    if (datagram.length > maxUdpPayload)
      throw raiseLink('wrapper-length', `${datagram.length} octets do not fit one datagram`);
    await new Promise<void>((resolve, reject) => {
      const settle = (cause: Error | null) => {
        if (cause === null) resolve();
        else reject(raiseLink('closed', 'the datagram could not be sent', { cause }));
      };
      // A connected socket knows its peer and takes datagrams from no other.
      if (this.remote === undefined) this.socket.send(datagram, settle);
      else this.socket.send(datagram, this.remote.port, this.remote.address, settle);
    });
  }

  noReply(): void {}

  async close(): Promise<void> {
    if (this.down) return;
    this.end();
    await this.onClose();
  }

  end(error?: CosemError): void {
    if (this.down) return;
    this.down = true;
    const { handlers } = this;
    this.handlers = undefined;
    if (error === undefined) handlers?.closed();
    else handlers?.closed(error);
  }
}

/** Where to send to over UDP, and how. */
export interface UdpConnectOptions {
  readonly host: string;
  readonly port?: number;
  readonly saps: Saps;
}

/**
 * A client's channel to one meter over UDP. Datagrams of others and malformed ones are dropped. Error: `link/connect`.
 */
export async function connectUdp(options: UdpConnectOptions): Promise<ApduChannel> {
  const { host, port = dlmsPort, saps } = options;
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  await new Promise<void>((resolve, reject) => {
    socket.once('error', (cause) => reject(raiseLink('connect', 'no UDP socket', { cause })));
    socket.connect(port, host, resolve);
  });
  const close = () => new Promise<void>((resolve) => socket.close(() => resolve()));
  const channel = new UdpChannel(socket, undefined, 'client', saps, close);
  socket.on('error', (cause) => channel.end(raiseLink('closed', 'the UDP socket failed', { cause })));
  socket.on('message', (datagram) => {
    const frame = readDatagram(datagram);
    if (frame !== undefined) channel.take(frame.source, frame.destination, frame.apdu);
  });
  return channel;
}

/** Where to listen on UDP, and how. */
export interface UdpListenOptions {
  readonly host?: string;
  readonly port?: number;
  readonly role: ChannelRole;
  /** Called for the first datagram of each peer; it is to call `listen` on the channel. */
  onChannel(channel: ApduChannel, remote: RemoteInfo): void;
  /** A datagram that is no wrapper frame was dropped. */
  onDropped?(error: CosemError, remote: RemoteInfo): void;
}

/** Listens for datagrams, one channel a peer. Error: `link/connect` with the cause. */
export async function listenUdp(options: UdpListenOptions): Promise<LinkListener> {
  const { host, port = dlmsPort, role } = options;
  const socket = createSocket(host !== undefined && isIPv6(host) ? 'udp6' : 'udp4');
  const peers = new Map<string, UdpChannel>();
  socket.on('message', (datagram, remote) => {
    const frame = readDatagram(datagram, (error) => options.onDropped?.(error, remote));
    if (frame === undefined) return;
    const key = `${remote.address} ${remote.port}`;
    let channel = peers.get(key);
    const known = channel !== undefined;
    channel ??= new UdpChannel(socket, remote, role, undefined, async () => {
      peers.delete(key);
    });
    peers.delete(key);
    peers.set(key, channel);
    if (!known) {
      if (peers.size > maxUdpPeers) evictOldest(peers);
      options.onChannel(channel, remote);
    }
    channel.take(frame.source, frame.destination, frame.apdu);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', (cause) => reject(raiseLink('connect', 'the port cannot be opened', { cause })));
    socket.bind(port, host, resolve);
  });
  socket.removeAllListeners('error');
  socket.on('error', (cause) => {
    for (const channel of peers.values()) channel.end(raiseLink('closed', 'the socket failed', { cause }));
  });
  const close = async () => {
    for (const channel of peers.values()) channel.end();
    peers.clear();
    await new Promise<void>((resolve) => socket.close(() => resolve()));
  };
  return { port: socket.address().port, close };
}

function evictOldest(peers: Map<string, UdpChannel>): void {
  const [oldest] = peers;
  if (oldest === undefined) return;
  peers.delete(oldest[0]);
  oldest[1].end(raiseLink('closed', `more than ${maxUdpPeers} peers`));
}

function readDatagram(datagram: Uint8Array, dropped?: (error: CosemError) => void) {
  try {
    return decodeWrapper(datagram);
  } catch (error) {
    dropped?.(error as CosemError);
    return undefined;
  }
}
