/**
 * A stand-in for an actor's own system: JSON over HTTP with certificates on both sides, until the standard of each
 * actor has its own side. POST /messages brings a message in, GET /messages fetches what is meant for the actor.
 */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { CborValue } from '../lines/cbor-encode.ts';
import { raiseGateway } from './errors.ts';
import type { ActorSide, GatewayMessage, Receipt } from './gateway.ts';

export interface StandInOptions {
  readonly host: string;
  readonly port: number;
  /** The gateway's own certificate and key, PEM. */
  readonly cert: string;
  readonly key: string;
  /** The authority of the actor's client certificate; not that of the AMI. */
  readonly actorAuthority: readonly string[];
}

const maxDocumentOctets = 1024 * 1024;

interface Waiting {
  readonly message: GatewayMessage;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

export class StandInSide implements ActorSide {
  readonly #options: StandInOptions;
  #waiting: Waiting[] = [];
  #server: Server | undefined;

  constructor(options: StandInOptions) {
    this.#options = options;
  }

  get port(): number {
    return (this.#server!.address() as AddressInfo).port;
  }

  async start(receive: (message: GatewayMessage) => Promise<Receipt>): Promise<void> {
    const { host, port, cert, key, actorAuthority } = this.#options;
    const tls: ServerOptions = {
      cert,
      key,
      ca: [...actorAuthority],
      minVersion: 'TLSv1.3',
      requestCert: true,
    };
    this.#server = createServer({ ...tls, rejectUnauthorized: true }, (request, response) => {
      this.#serve(request, response, receive).catch(() => response.destroy());
    });
    await new Promise<void>((resolve, reject) => {
      this.#server!.once('error', reject);
      this.#server!.listen(port, host, resolve);
    });
  }

  /** Resolves when the actor has fetched it and the answer is written. */
  deliver(message: GatewayMessage): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ message, resolve, reject });
    });
  }

  #fetch(response: ServerResponse, answer: (status: number, value: unknown) => void): void {
    const taken = this.#waiting;
    this.#waiting = [];
    let isThere = false;
    response.once('finish', () => {
      isThere = true;
      for (const { resolve } of taken) resolve();
    });
    // Cut off half-way, it waits for the next time.
    response.once('close', () => {
      if (!isThere) this.#waiting = [...taken, ...this.#waiting];
    });
    answer(
      200,
      taken.map(({ message }) => shown(message)),
    );
  }

  async stop(): Promise<void> {
    for (const { reject } of this.#waiting.splice(0)) reject(raiseGateway('document', 'the gateway stops'));
    this.#server?.closeAllConnections();
    await new Promise<void>((resolve) => {
      if (this.#server === undefined) resolve();
      else this.#server.close(() => resolve());
    });
  }

  async #serve(
    request: IncomingMessage,
    response: ServerResponse,
    receive: (message: GatewayMessage) => Promise<Receipt>,
  ): Promise<void> {
    const answer = (status: number, value: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(value));
    };
    if (!(request.socket as TLSSocket).authorized) answer(403, { receipt: 'refused' });
    else if (request.url !== '/messages') answer(404, { receipt: 'refused' });
    else if (request.method === 'GET') this.#fetch(response, answer);
    else if (request.method === 'POST') {
      const message = await readMessage(request);
      const receipt = message === undefined ? 'refused' : await receive(message);
      answer(receipt === 'accepted' ? 202 : 403, { receipt });
    } else answer(405, { receipt: 'refused' });
  }
}

/** JSON has no octets; they are shown in base64 under one name. */
const shown = ({ type, body }: GatewayMessage) => ({
  type,
  body: JSON.parse(
    JSON.stringify(body, (_key, value) => {
      if (typeof value === 'bigint') return value.toString();
      const octets = value?.type === 'Buffer' ? value.data : value instanceof Uint8Array ? value : undefined;
      return octets === undefined ? value : { base64: Buffer.from(octets).toString('base64') };
    }),
  ) as unknown,
});

async function readMessage(request: IncomingMessage): Promise<GatewayMessage | undefined> {
  const parts: Buffer[] = [];
  let octets = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    octets += part.length;
    if (octets > maxDocumentOctets) return undefined;
    parts.push(part);
  }
  try {
    const value = JSON.parse(Buffer.concat(parts).toString('utf8'), revive) as Record<string, unknown> | null;
    if (typeof value?.['type'] !== 'string' || value['body'] === undefined) return undefined;
    const destination = value['destination'];
    if (destination !== undefined && typeof destination !== 'string') return undefined;
    return {
      type: value['type'],
      body: value['body'] as CborValue,
      ...(destination === undefined ? {} : { destination }),
    };
  } catch {
    return undefined;
  }
}

function revive(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const { base64, ...rest } = value as { base64?: unknown };
  return typeof base64 === 'string' && Object.keys(rest).length === 0 ? Buffer.from(base64, 'base64') : value;
}
