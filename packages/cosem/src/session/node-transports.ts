/** Transports of a client on Node sockets and streams: wrapper over TCP and UDP, HDLC on any stream. */
import { createConnection, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Saps } from '../link/channel.ts';
import { raiseLink } from '../link/errors.ts';
import type { HdlcPrimaryOptions } from '../link/hdlc-primary.ts';
import { ModeEClient, type ModeEClientOptions } from '../link/mode-e.ts';
import { connectHdlc, openModeE, type SerialLine } from '../link/node/duplex.ts';
import { connectTcp, dlmsPort, type TcpConnectOptions } from '../link/node/tcp.ts';
import { connectUdp, type UdpConnectOptions } from '../link/node/udp.ts';
import { type ApduTransport, channelTransport } from './transport.ts';

/** How long a connection may take, in milliseconds, unless an option says otherwise. */
export const connectTimeoutMs = 10_000;

/** The wrapper over TCP (IEC 62056-4-7). Error: `link/connect`. */
export async function tcpTransport(
  options: TcpConnectOptions & { readonly saps: Saps },
): Promise<ApduTransport> {
  return channelTransport(await connectTcp(options), options.saps);
}

/** The wrapper over UDP (IEC 62056-4-7). Error: `link/connect`. */
export async function udpTransport(options: UdpConnectOptions): Promise<ApduTransport> {
  return channelTransport(await connectUdp(options), options.saps);
}

/** The mode E opening before HDLC (IEC 62056-21). */
export interface ModeEOpening extends ModeEClientOptions {
  readonly line: SerialLine;
}

/**
 * HDLC on a stream (IEC 62056-46): with mode E first where it is asked for, then SNRM and UA. Closing sends DISC and
 * leaves the stream open. Errors: `link/hdlc-*`, `link/mode-e-*`, `link/closed`.
 */
export async function hdlcTransport(
  stream: Duplex,
  options: HdlcPrimaryOptions & { readonly modeE?: ModeEOpening },
): Promise<ApduTransport> {
  const { modeE, ...hdlc } = options;
  if (modeE !== undefined) await openModeE(stream, modeE.line, new ModeEClient(modeE));
  const channel = await connectHdlc(stream, hdlc);
  return channelTransport(channel, { client: options.client.upper, server: options.server.upper });
}

/** HDLC over a TCP connection, as serial servers and modems offer it; closing also closes the connection. */
export async function hdlcTcpTransport(
  options: HdlcPrimaryOptions & {
    readonly host: string;
    readonly port?: number;
    readonly connectTimeoutMs?: number;
  },
): Promise<ApduTransport> {
  const { host, port = dlmsPort, connectTimeoutMs: patience = connectTimeoutMs, ...hdlc } = options;
  const socket = await openSocket(host, port, patience);
  try {
    const channel = await connectHdlc(socket, hdlc);
    const saps = { client: hdlc.client.upper, server: hdlc.server.upper };
    return channelTransport(channel, saps, () => closeSocket(socket));
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

function openSocket(host: string, port: number, patience: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host, port, noDelay: true });
    const fail = (cause: unknown) => {
      socket.destroy();
      reject(raiseLink('connect', `no connection to port ${port}`, { cause }));
    };
    socket.setTimeout(patience, () => fail(new Error(`no answer in ${patience} ms`)));
    socket.once('error', fail);
    socket.once('connect', () => {
      socket.setTimeout(0);
      socket.removeListener('error', fail);
      // The channel listens for errors while it is up; afterwards they concern nobody.
      socket.on('error', () => {});
      resolve(socket);
    });
  });
}

async function closeSocket(socket: Socket): Promise<void> {
  if (socket.destroyed) return;
  await new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
    socket.destroy();
  });
}
