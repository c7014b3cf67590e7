/**
 * What binds a request to the connection it travels on. RFC 7030 section 3.5 puts tls-unique into the request; TLS 1.3
 * has none, and RFC 9266 gives the exporter in its place. It is optional, as in RFC 7030: a request that carries a
 * challenge password must carry this value, and one that carries none stands on its signature and its approval alone.
 */
import { timingSafeEqual } from 'node:crypto';
import type { TLSSocket } from 'node:tls';

// RFC 9266 section 4.
const exporterLabel = 'EXPORTER-Channel-Binding';
const exporterOctets = 32;

/** Base64 of the `tls-exporter` channel binding of a connection. */
export function channelBinding(socket: TLSSocket): string {
  return socket.exportKeyingMaterial(exporterOctets, exporterLabel, Buffer.alloc(0)).toString('base64');
}

export function sameBinding(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given, 'latin1'), Buffer.from(expected, 'latin1')];
  return a.length === b.length && timingSafeEqual(a, b);
}
