/** The client of RFC 7030 with which components enrol and renew. */
import type { KeyObject } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { tlsPins } from '../algorithms.ts';
import type { LeafKindId } from '../authority/kinds.ts';
import { toPem } from '../authority/read.ts';
import { DerReader, readWhole, tags } from '../der.ts';
import { raiseTrust } from '../errors.ts';
import { type Configured, policyValue } from '../policy.ts';
import { channelBinding } from './binding.ts';

export interface EstCall {
  readonly host: string;
  readonly port: number;
  /** Roots, DER: whom the client takes for the trust center. */
  readonly anchors: readonly Uint8Array[];
  readonly kind: LeafKindId;
  /** Makes the request once the connection stands, so that it can be bound to it. */
  readonly request: (challengePassword: string) => Uint8Array;
  /** What is shown: for a renewal, or to be issued another kind at once. */
  readonly credential?: { readonly chain: readonly Uint8Array[]; readonly key: KeyObject };
  readonly configured?: Configured;
}

export type EstAnswer =
  | { readonly state: 'issued'; readonly certificate: Buffer }
  | { readonly state: 'waiting'; readonly retryAfterSeconds: number };

const maxAnswerOctets = 256 * 1024;

/** Enrols or renews. Errors: `trust/request` when it is refused, `trust/module-unavailable` when nobody answers. */
export async function estEnrol(call: EstCall, renewal = false): Promise<EstAnswer> {
  const path = `/.well-known/est/${call.kind}/${renewal ? 'simplereenroll' : 'simpleenroll'}`;
  const response = await send(call, path);
  const body = await readAll(response);
  if (response.statusCode === 202)
    return { state: 'waiting', retryAfterSeconds: Number(response.headers['retry-after']) || 0 };
  if (response.statusCode !== 200)
    throw raiseTrust('request', `the trust center answered ${response.statusCode ?? 'nothing'}`);
  const [certificate] = readCertificatesOnly(Buffer.from(body, 'base64'));
  if (!certificate) throw raiseTrust('request', 'the trust center answered without a certificate');
  return { state: 'issued', certificate };
}

function send(call: EstCall, path: string): Promise<IncomingMessage> {
  const waitMs = policyValue('trust.enrolmentRequestSeconds', call.configured) * 1000;
  return new Promise((resolve, reject) => {
    const request = httpsRequest({
      ...tlsPins,
      host: call.host,
      port: call.port,
      path,
      method: 'POST',
      agent: false,
      ca: call.anchors.map((each) => toPem('CERTIFICATE', each)),
      ...(call.credential === undefined
        ? {}
        : {
            cert: call.credential.chain.map((each) => toPem('CERTIFICATE', each)).join(''),
            key: call.credential.key.export({ format: 'pem', type: 'pkcs8' }),
          }),
      headers: { 'Content-Type': 'application/pkcs10', 'Content-Transfer-Encoding': 'base64' },
    });
    const fail = (cause: Error) =>
      reject(
        raiseTrust('module-unavailable', `the trust center does not answer: ${cause.message}`, { cause }),
      );
    request.setTimeout(waitMs, () => request.destroy(new Error('no answer in time')));
    request.once('error', fail);
    request.once('response', resolve);
    request.once('socket', (socket) =>
      socket.once('secureConnect', () => {
        try {
          request.end(Buffer.from(call.request(channelBinding(socket as TLSSocket))).toString('base64'));
        } catch (error) {
          request.destroy(error as Error);
        }
      }),
    );
    request.flushHeaders();
  });
}

async function readAll(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of response as AsyncIterable<Buffer>) {
    text += part.toString('latin1');
    if (text.length > maxAnswerOctets) throw raiseTrust('request', 'the answer is too large');
  }
  return text;
}

/** Certificates of a certs-only SignedData. Errors: `trust/der`. */
export function readCertificatesOnly(octets: Uint8Array): Buffer[] {
  const { reader } = readWhole(octets, 'pkcs7');
  if (reader.oid('type') !== '1.2.840.113549.1.7.2') throw reader.fail('is no signed data');
  const inner = reader.enter(0xa0, 'content').enter(tags.sequence, 'signedData');
  inner.small('version');
  inner.next(tags.set, 'digests');
  inner.next(tags.sequence, 'encapsulated');
  const held = inner.next(0xa0, 'certificates');
  const list = new DerReader(held.content, 'pkcs7.certificates', held.offset);
  const found: Buffer[] = [];
  while (!list.atEnd) found.push(Buffer.from(list.next(tags.sequence, 'certificate').whole));
  return found;
}
