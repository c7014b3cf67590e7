/** A server on Node's sockets and streams: wrapper over TCP and UDP, HDLC over TCP and on any stream. */
import { createServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { raiseLink } from '../link/errors.ts';
import type { HdlcAddress } from '../link/hdlc-address.ts';
import { type HdlcServerOptions, serveHdlc } from '../link/node/duplex.ts';
import { dlmsPort, type LinkListener, listenTcp, maxTcpConnections } from '../link/node/tcp.ts';
import { listenUdp, maxUdpPayload } from '../link/node/udp.ts';
import { wrapperHeaderLength } from '../link/wrapper.ts';
import type { AttachedChannel, CosemServer } from './cosem-server.ts';

/** Where to listen. */
export interface ListenOptions {
  readonly host?: string;
  /** 4059 unless it is given; 0 lets the system choose. */
  readonly port?: number;
  readonly maxConnections?: number;
}

function remoteOf(socket: Socket): string {
  return `${socket.remoteAddress ?? 'unknown'} ${socket.remotePort ?? 0}`;
}

/** Serves the wrapper over TCP (IEC 62056-4-7). Error: `link/connect`. */
export function serveTcp(server: CosemServer, options: ListenOptions = {}): Promise<LinkListener> {
  return listenTcp({
    ...options,
    role: 'server',
    onChannel: (channel, socket) =>
      // Asking the system who is there costs more than serving it; only an audit wants to know.
      server.attach(channel, server.options.audit === undefined ? {} : { remote: remoteOf(socket) }),
  });
}

/** Serves the wrapper over UDP (IEC 62056-4-7). Error: `link/connect`. */
export function serveUdp(server: CosemServer, options: ListenOptions = {}): Promise<LinkListener> {
  const { host, port } = options;
  return listenUdp({
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    role: 'server',
    onChannel: (channel, remote) =>
      server.attach(channel, {
        remote: `${remote.address} ${remote.port}`,
        maxApduSize: maxUdpPayload - wrapperHeaderLength,
      }),
  });
}

/** How HDLC is served: the station's address, or which addresses it answers to, and the parameters of the link. */
export type HdlcServeOptions = Omit<HdlcServerOptions, 'onLink'>;

/** Serves HDLC on a stream, for example a serial port (IEC 62056-46). Closing the channel leaves the stream open. */
export function serveHdlcStream(
  server: CosemServer,
  stream: Duplex,
  options: HdlcServeOptions,
  remote = 'stream',
): AttachedChannel {
  let attached: AttachedChannel | undefined;
  const channel = serveHdlc(stream, {
    ...options,
    // Whether the client came anew or went: its association ended with the link.
    onLink: (_up, saps) => attached?.reset(saps),
  });
  attached = server.attach(channel, { remote, closeWhenIdle: false });
  return attached;
}

/** Serves HDLC over TCP, as meters behind serial servers are reached. Error: `link/connect`. */
export async function serveHdlcTcp(
  server: CosemServer,
  options: ListenOptions & HdlcServeOptions,
): Promise<LinkListener> {
  const { host, port = dlmsPort, maxConnections = maxTcpConnections, ...hdlc } = options;
  const sockets = new Set<Socket>();
  const listener = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // A line that nobody uses is closed: an association's own bound would never see it.
    socket.setTimeout(server.bounds.idleTimeoutMs, () => socket.destroy());
    serveHdlcStream(server, socket, hdlc, remoteOf(socket));
  });
  listener.maxConnections = maxConnections;
  await new Promise<void>((resolve, reject) => {
    listener.once('error', (cause) => reject(raiseLink('connect', 'the port cannot be opened', { cause })));
    listener.listen(port, host, resolve);
  });
  const address = listener.address();
  const close = () =>
    new Promise<void>((resolve) => {
      listener.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return { port: typeof address === 'object' && address !== null ? address.port : 0, close };
}

/** For a server of several logical devices on one line: answers to any of the upper addresses, whatever the lower one. */
export function anyUpperAddress(saps: readonly number[]): (address: HdlcAddress) => boolean {
  return (address) => saps.includes(address.upper);
}
