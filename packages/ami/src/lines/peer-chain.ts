/** The certificate chain of the other end of a TLS connection. */
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';

const maxChain = 4;

/** A server's chain as its client's OpenSSL has built it, leaf first, DER; empty without a certificate. */
export function peerChain(socket: TLSSocket): Uint8Array[] {
  const chain: Uint8Array[] = [];
  let at: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
  while (at?.raw !== undefined && chain.length < maxChain) {
    chain.push(at.raw);
    // A root is its own issuer.
    at = at.issuerCertificate === at ? undefined : at.issuerCertificate;
  }
  return chain;
}
