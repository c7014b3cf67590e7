/**
 * Enrolment over Secure Transport (RFC 7030 with the corrections of RFC 8951): cacerts, csrattrs, simpleenroll and
 * simplereenroll over TLS 1.3, for each kind of certificate under its own label. Everything that can go wrong looks
 * alike to the caller and is exact in the audit.
 */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { es256, es384, tlsPins } from '../algorithms.ts';
import type { CertificateAuthority } from '../authority/authority.ts';
import { encodeCertificatesOnly, encodeRequestAttributes } from '../authority/encode.ts';
import type { LeafKindId } from '../authority/kinds.ts';
import type { CredentialSource } from '../credential-source.ts';
import { type Configured, policyValue } from '../policy.ts';
import { type Identity, verifyChain } from '../verify-chain.ts';
import { channelBinding } from './binding.ts';
import type { Answer, Enrolment } from './enrolment.ts';

const maxBodyOctets = 16 * 1024;
const maxHeaderOctets = 8 * 1024;
const base = '/.well-known/est/';

/** Label in the address, and what it asks for. Without a label: a certificate for connections. */
const labels: Readonly<Record<string, { kind: LeafKindId; suite: 1 | 2 }>> = {
  '': { kind: 'tls', suite: 1 },
  tls: { kind: 'tls', suite: 1 },
  message: { kind: 'message', suite: 1 },
  'dlms-sign': { kind: 'dlms-sign', suite: 1 },
  'dlms-agree': { kind: 'dlms-agree', suite: 1 },
  'dlms-sign-suite-2': { kind: 'dlms-sign', suite: 2 },
  'dlms-agree-suite-2': { kind: 'dlms-agree', suite: 2 },
};

export interface EstOptions {
  readonly authority: CertificateAuthority;
  readonly enrolment: Enrolment;
  /** The server's own certificate, of the kind `tls`. */
  readonly credential: CredentialSource;
  readonly host: string;
  readonly port: number;
  readonly configured?: Configured;
  readonly now?: () => Date;
  readonly onError?: (error: Error) => void;
}

export interface EstServer {
  readonly port: number;
  /** Counted since the start, by answer. */
  readonly counts: Readonly<Record<'issued' | 'waiting' | 'refused' | 'read' | 'failed', number>>;
  close(): Promise<void>;
}

/** Listens. Errors: those of `listen`, such as a taken port. */
export async function startEst(options: EstOptions): Promise<EstServer> {
  const counts = { issued: 0, waiting: 0, refused: 0, read: 0, failed: 0 };
  const value = (id: string) => policyValue(`trust.${id}`, options.configured);
  const requestMs = value('enrolmentRequestSeconds') * 1000;
  const server: Server = createServer({
    ...tlsPins,
    ...options.credential.tlsOptions(),
    requestCert: true,
    // A caller may come without a certificate or with a foreign one; what it may do is decided by `verifyChain`.
    rejectUnauthorized: false,
    handshakeTimeout: requestMs,
    requestTimeout: requestMs,
    headersTimeout: requestMs,
    connectionsCheckingInterval: requestMs,
    keepAliveTimeout: requestMs,
    maxHeaderSize: maxHeaderOctets,
  });
  server.maxConnections = value('enrolmentConnectionsMaximum');
  const detach = options.credential.attach(server);
  server.on('tlsClientError', () => undefined);
  server.on('request', (request, response) => {
    answer(options, request, response).then(
      (how) => counts[how]++,
      (error: Error) => {
        counts.failed++;
        options.onError?.(error);
        response.destroy();
      },
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    counts,
    close: () =>
      new Promise((resolve) => {
        detach();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

type How = 'issued' | 'waiting' | 'refused' | 'read';

async function answer(options: EstOptions, request: IncomingMessage, response: ServerResponse): Promise<How> {
  const path = (request.url ?? '').split('?')[0]!;
  if (path.startsWith('/crl/') && request.method === 'GET')
    return giveList(options, path.slice('/crl/'.length), response);
  const match = /^(?:([a-z0-9-]{1,40})\/)?(cacerts|csrattrs|simpleenroll|simplereenroll)$/.exec(
    path.startsWith(base) ? path.slice(base.length) : '',
  );
  const wanted = match && labels[match[1] ?? ''];
  if (!match || !wanted) return refuse(response, 404);
  const operation = match[2]!;
  if (request.method !== (operation.startsWith('simple') ? 'POST' : 'GET')) return refuse(response, 405);
  if (operation === 'cacerts') {
    const { authorityCertificates } = options.authority;
    return giveBase64(
      response,
      'application/pkcs7-mime; smime-type=certs-only',
      encodeCertificatesOnly(authorityCertificates),
    );
  }
  if (operation === 'csrattrs') {
    const attributes = encodeRequestAttributes(wanted.suite === 2 ? es384 : es256);
    return giveBase64(response, 'application/csrattrs', attributes);
  }
  return enrol(options, request, response, wanted.kind, operation === 'simplereenroll');
}

async function enrol(
  options: EstOptions,
  request: IncomingMessage,
  response: ServerResponse,
  kind: LeafKindId,
  renewal: boolean,
): Promise<How> {
  const type = (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
  if (type !== 'application/pkcs10') return refuse(response, 415);
  const body = await readBody(request);
  if (body === undefined) return refuse(response, 413);
  const der = fromBase64(body);
  if (der === undefined) return refuse(response, 400);
  const socket = request.socket as TLSSocket;
  const identity = identityOf(options, socket);
  const asked = {
    kind,
    request: der,
    from: socket.remoteAddress ?? 'unknown',
    binding: channelBinding(socket),
    ...(identity === undefined ? {} : { identity }),
  };
  let result: Answer;
  try {
    result = await (renewal ? options.enrolment.renew(asked) : options.enrolment.enrol(asked));
  } catch (error) {
    const { kind: errorKind } = error as { kind?: string };
    if (errorKind === 'decode') return refuse(response, 400);
    if (errorKind === 'security' || errorKind === 'policy') return refuse(response, 403);
    // The store, the module or the audit is away: nothing is wrong with the request, it may come again.
    options.onError?.(error as Error);
    response.setHeader('Retry-After', policyValue('trust.enrolmentRetrySeconds', options.configured));
    return refuse(response, 503);
  }
  if (result.state === 'waiting') {
    response.writeHead(202, { 'Retry-After': result.retryAfterSeconds, 'Content-Length': 0 });
    response.end();
    return 'waiting';
  }
  giveBase64(
    response,
    'application/pkcs7-mime; smime-type=certs-only',
    encodeCertificatesOnly([result.chain[0]!]),
  );
  return 'issued';
}

/** Whose certificate the peer showed and proved to have, if it is one of ours and good. */
function identityOf(options: EstOptions, socket: TLSSocket): Identity | undefined {
  const shown = socket.getPeerX509Certificate();
  if (!shown) return undefined;
  try {
    const { authority } = options;
    return verifyChain(authority.completeChain(shown.raw), {
      anchors: authority.anchors,
      at: options.now?.() ?? new Date(),
      usage: 'tls-client',
      revocation: authority.revocation,
    });
  } catch {
    // A foreign certificate makes its bearer nobody; a renewal then says why it is refused.
    return undefined;
  }
}

async function giveList(options: EstOptions, name: string, response: ServerResponse): Promise<How> {
  const list = /^[a-z0-9-]{1,60}\.crl$/.test(name)
    ? await options.authority.listOf(name.slice(0, -'.crl'.length))
    : undefined;
  if (!list) return refuse(response, 404);
  response.writeHead(200, { 'Content-Type': 'application/pkix-crl', 'Content-Length': list.length });
  response.end(list);
  return 'read';
}

function giveBase64(response: ServerResponse, type: string, octets: Buffer): How {
  const text = `${octets.toString('base64').replace(/.{64}/g, '$&\r\n').trimEnd()}\r\n`;
  response.writeHead(200, {
    'Content-Type': type,
    'Content-Transfer-Encoding': 'base64',
    'Content-Length': Buffer.byteLength(text),
  });
  response.end(text);
  return 'read';
}

function refuse(response: ServerResponse, status: number): How {
  const text = 'refused\n';
  // Whoever was refused begins anew; that also ends a body that was not read.
  response.writeHead(status, {
    'Content-Type': 'text/plain',
    'Content-Length': text.length,
    Connection: 'close',
  });
  response.end(text);
  return 'refused';
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let octets = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    octets += part.length;
    if (octets > maxBodyOctets) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('latin1');
}

/** Base64 with line breaks, or undefined. */
export function fromBase64(text: string): Buffer | undefined {
  const plain = text.replace(/[\r\n\t ]/g, '');
  if (plain === '' || plain.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(plain)) return undefined;
  return Buffer.from(plain, 'base64');
}
