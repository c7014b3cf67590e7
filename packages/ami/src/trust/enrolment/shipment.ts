/**
 * Shipment files: which devices with which keys a manufacturer has delivered, as a compact JSON Web Signature
 * (RFC 7515) that carries the signer's certificate (`x5c`). The signer must be one that an officer trusted before;
 * the algorithm follows from its key and not from what the file claims.
 */
import { createHash, verify, X509Certificate } from 'node:crypto';
import { type ReadPublicKey, readPublicKey } from '../authority/read.ts';
import { raiseTrust } from '../errors.ts';

const maxFileOctets = 32 * 1024 * 1024;
const maxDevices = 100_000;
const maxHeaderOctets = 64 * 1024;

export interface ShippedDevice {
  /** System title, 16 capital hexadecimal digits. */
  readonly device: string;
  readonly component: string;
  /** SHA-256 of the key info (DER) of the device's key, hexadecimal. */
  readonly keySha256: string;
}

export interface Shipment {
  /** SHA-256 of the signer's certificate, hexadecimal. */
  readonly signer: string;
  readonly fileSha256: string;
  readonly devices: readonly ShippedDevice[];
}

/** What is known of a manufacturer's certificate. */
export interface ManufacturerCertificate {
  readonly fingerprint: string;
  readonly name: string;
  readonly der: Buffer;
  readonly key: ReadPublicKey;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** Reads a manufacturer's certificate (PEM or DER): any issuer, a pinned curve. Errors: `trust/shipment`. */
export function readManufacturer(octets: Uint8Array): ManufacturerCertificate {
  try {
    const certificate = new X509Certificate(octets);
    const key = readPublicKey(certificate.publicKey.export({ format: 'der', type: 'spki' }));
    return {
      fingerprint: createHash('sha256').update(certificate.raw).digest('hex'),
      name: certificate.subject.replaceAll('\n', ', ').slice(0, 200),
      der: certificate.raw,
      key,
      notBefore: new Date(certificate.validFrom),
      notAfter: new Date(certificate.validTo),
    };
  } catch (cause) {
    throw raiseTrust('shipment', 'this is no certificate of a manufacturer with a permitted key', { cause });
  }
}

/**
 * Verifies a shipment file against the manufacturers that are trusted. `trusted` gives the certificate of a
 * fingerprint. Errors: `trust/shipment`.
 */
export async function readShipment(
  text: string,
  trusted: (fingerprint: string) => Promise<Buffer | undefined>,
  at: Date,
): Promise<Shipment> {
  if (text.length > maxFileOctets) throw raiseTrust('shipment', 'the shipment file is too large');
  const [header = '', payload = '', signature = '', ...rest] = text.trim().split('.');
  if (rest.length > 0 || [header, payload, signature].some((part) => !/^[A-Za-z0-9_-]+$/.test(part)))
    throw raiseTrust('shipment', 'this is no compact JSON Web Signature');
  if (header.length > maxHeaderOctets) throw raiseTrust('shipment', 'the header is too large');
  const { alg, x5c, crit } = parse(header, 'header') as { alg?: unknown; x5c?: unknown; crit?: unknown };
  if (crit !== undefined || !Array.isArray(x5c) || typeof x5c[0] !== 'string')
    throw raiseTrust('shipment', 'the header lacks the signer’s certificate');
  const claimed = createHash('sha256').update(Buffer.from(x5c[0], 'base64')).digest('hex');
  const der = await trusted(claimed);
  if (!der) throw raiseTrust('shipment', `the signer sha256:${claimed} is not trusted`);
  const manufacturer = readManufacturer(der);
  if (at < manufacturer.notBefore || at > manufacturer.notAfter)
    throw raiseTrust('shipment', 'the signer’s certificate has expired or is not valid yet');
  const { algorithm, key } = manufacturer.key;
  const signed = Buffer.from(`${header}.${payload}`, 'latin1');
  const holds =
    alg === algorithm.id &&
    verify(algorithm.hash, signed, { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'));
  if (!holds) throw raiseTrust('shipment', 'the signature does not verify');
  return {
    signer: claimed,
    fileSha256: createHash('sha256').update(text.trim()).digest('hex'),
    devices: readDevices(parse(payload, 'payload')),
  };
}

function parse(part: string, name: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as unknown;
  } catch (cause) {
    throw raiseTrust('shipment', `the ${name} is no JSON`, { cause });
  }
}

function readDevices(payload: unknown): ShippedDevice[] {
  const { format, devices } = payload as { format?: unknown; devices?: unknown };
  if (format !== 'wattward-shipment-1' || !Array.isArray(devices) || devices.length > maxDevices)
    throw raiseTrust('shipment', 'the payload is no list of devices');
  return devices.map((entry: Partial<ShippedDevice> | null, i) => {
    const { device, component, keySha256 } = entry ?? {};
    const fits =
      /^[0-9A-F]{16}$/.test(String(device)) &&
      /^[a-z.-]{1,40}$/.test(String(component)) &&
      /^[0-9a-f]{64}$/.test(String(keySha256));
    if (!fits) throw raiseTrust('shipment', `device ${i + 1} of the list is malformed`);
    return { device: device!, component: component!, keySha256: keySha256! };
  });
}
