/**
 * Certificates as far as DLMS needs them (IEC 62056-5-3, public key certificates): whose key it is, which key, and for
 * what. Whether a certificate is to be trusted (chain, validity, revocation) is for its owner to decide.
 */
import { createPublicKey, X509Certificate } from 'node:crypto';
import { fromHex, toHex } from '../base/bytes.ts';
import { curveOf, publicKeyFromRaw, rawPublicKey, spkiOf, verifyDer } from './curves.ts';
import { type DerElement, der, derElement, derElements, derOid, derTags, derUnsigned } from './der.ts';
import { raiseSecurity } from './errors.ts';
import type { AsymmetricPurpose, KeyName, KeyPort } from './keys.ts';
import { type CurveName, checkSystemTitle, systemTitleSize } from './suite.ts';

/** Largest certificate or request that is looked at, in octets. */
export const maxCertificateSize = 0x4000;

/** Object identifiers, hexadecimal of their DER contents. */
const oids = {
  commonName: '550403',
  uniqueIdentifier: '55042d',
  keyUsage: '551d0f',
  subjectAlternativeName: '551d11',
  hardwareModuleName: '2b06010505070804',
  ecdsaWithSha256: '2a8648ce3d040302',
  ecdsaWithSha384: '2a8648ce3d040303',
} as const;

/** What a certificate says. */
export interface CertificateContents {
  readonly curve: CurveName;
  /** Raw x and y. */
  readonly publicKey: Uint8Array;
  /** From the common name, the unique identifier or the hardware module name; undefined where none is one. */
  readonly systemTitle: Uint8Array | undefined;
  /** The key usages digitalSignature and keyAgreement; both are false where there is no such extension. */
  readonly forSigning: boolean;
  readonly forAgreement: boolean;
  readonly serialNumber: Uint8Array;
  /** Issuer and subject names, DER. */
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  /** GeneralNames, DER; empty where there are none. */
  readonly subjectAlternativeName: Uint8Array;
  readonly validFrom: Date;
  readonly validTo: Date;
  readonly der: Uint8Array;
}

/** Reads one X.509 certificate, PEM or DER. Throws `security/certificate`, `security/public-key`. */
export function readCertificate(input: string | Uint8Array): CertificateContents {
  if (input.length > maxCertificateSize * 2) throw raiseSecurity('certificate', 'too large');
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(input);
  } catch (cause) {
    throw raiseSecurity('certificate', 'not an X.509 certificate', { cause });
  }
  const key = certificate.publicKey;
  const curve = curveOf(key);
  const fields = derElements(child(child(derElement(certificate.raw), 0), undefined).content);
  // The version is explicit [0] and is there in every certificate that has extensions.
  const first = fields[0]?.tag === 0xa0 ? 1 : 0;
  const [serial, , issuer, , subject] = fields.slice(first);
  if (serial === undefined || issuer === undefined || subject === undefined) {
    throw raiseSecurity('certificate', 'fields are missing');
  }
  const extensions = readExtensions(fields.find(({ tag }) => tag === 0xa3));
  const usage = keyUsageBits(extensions.get(oids.keyUsage));
  const names = extensions.get(oids.subjectAlternativeName) ?? new Uint8Array(0);
  return {
    curve,
    publicKey: rawPublicKey(key),
    systemTitle: titleOfName(subject) ?? titleOfHardware(names),
    forSigning: (usage & 0x80) !== 0,
    forAgreement: (usage & 0x08) !== 0,
    serialNumber: serial.content,
    issuer: issuer.whole,
    subject: subject.whole,
    subjectAlternativeName: names,
    validFrom: new Date(certificate.validFrom),
    validTo: new Date(certificate.validTo),
    der: certificate.raw,
  };
}

/** The element at an index inside another; without an index the element itself, once it is known to be a sequence. */
function child(element: DerElement, index: number | undefined): DerElement {
  if (element.tag !== derTags.sequence) throw raiseSecurity('certificate', 'a sequence was expected');
  if (index === undefined) return element;
  const found = derElements(element.content)[index];
  if (found === undefined) throw raiseSecurity('certificate', 'an element is missing');
  return found;
}

function readExtensions(wrapper: DerElement | undefined): Map<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  if (wrapper === undefined) return found;
  for (const extension of derElements(derElement(wrapper.content).content)) {
    const parts = derElements(extension.content);
    const value = parts.at(-1);
    if (parts[0]?.tag === derTags.oid && value?.tag === derTags.octetString) {
      found.set(toHex(parts[0].content), value.content);
    }
  }
  return found;
}

function keyUsageBits(value: Uint8Array | undefined): number {
  if (value === undefined) return 0;
  const bits = derElement(value);
  return bits.tag === derTags.bitString ? (bits.content[1] ?? 0) : 0;
}

/** The common name is the title in sixteen hexadecimal digits; the unique identifier is the title itself. */
function titleOfName(name: DerElement): Uint8Array | undefined {
  for (const set of derElements(name.content)) {
    for (const attribute of derElements(set.content)) {
      const [type, value] = derElements(attribute.content);
      if (type === undefined || value === undefined) continue;
      const title = titleOfAttribute(toHex(type.content), value);
      if (title !== undefined) return title;
    }
  }
  return undefined;
}

function titleOfAttribute(type: string, value: DerElement): Uint8Array | undefined {
  if (type === oids.commonName) {
    const text = Buffer.from(value.content).toString('latin1');
    return /^[0-9A-Fa-f]{16}$/.test(text) ? fromHex(text) : undefined;
  }
  if (type === oids.uniqueIdentifier && value.tag === derTags.bitString) {
    // The first octet counts unused bits.
    const title = value.content.subarray(1);
    return title.length === systemTitleSize ? title : undefined;
  }
  return undefined;
}

/** The serial number of a hardware module name (RFC 4108) among the alternative names. */
function titleOfHardware(names: Uint8Array): Uint8Array | undefined {
  if (names.length === 0) return undefined;
  for (const name of derElements(derElement(names).content)) {
    const [type, value] = name.tag === 0xa0 ? derElements(name.content) : [];
    if (type === undefined || value === undefined || toHex(type.content) !== oids.hardwareModuleName)
      continue;
    const serial = derElements(derElement(value.content).content)[1];
    if (serial?.content.length === systemTitleSize) return serial.content;
  }
  return undefined;
}

/**
 * A certificate signing request (RFC 2986), as generate_certificate_request of the Security setup returns it
 * (IEC 62056-6-2, class 64): the common name is the system title, sixteen upper-case hexadecimal digits.
 * In: the key whose possession it proves. Out: the request, DER. Throws `security/key-missing`.
 */
export async function createCertificateRequest(
  keys: KeyPort,
  name: KeyName<AsymmetricPurpose>,
  systemTitle: Uint8Array,
): Promise<Uint8Array> {
  const raw = keys.publicKey(name);
  const curve: CurveName = raw.length === 64 ? 'P-256' : 'P-384';
  const title = toHex(checkSystemTitle(systemTitle)).toUpperCase();
  const commonName = der(
    derTags.sequence,
    derOid(oids.commonName),
    der(derTags.utf8String, Buffer.from(title, 'latin1')),
  );
  const info = der(
    derTags.sequence,
    derUnsigned(Uint8Array.of(0)),
    der(derTags.sequence, der(derTags.set, commonName)),
    spkiOf(publicKeyFromRaw(curve, raw)),
    Uint8Array.of(0xa0, 0),
  );
  const signature = await keys.sign(name, info);
  const half = signature.length / 2;
  const value = der(
    derTags.sequence,
    derUnsigned(signature.subarray(0, half)),
    derUnsigned(signature.subarray(half)),
  );
  const algorithm = derOid(curve === 'P-256' ? oids.ecdsaWithSha256 : oids.ecdsaWithSha384);
  return der(
    derTags.sequence,
    info,
    der(derTags.sequence, algorithm),
    der(derTags.bitString, Uint8Array.of(0), value),
  );
}

/** What a certificate request says; its signature was found valid. */
export interface CertificateRequestContents {
  readonly curve: CurveName;
  readonly publicKey: Uint8Array;
  readonly systemTitle: Uint8Array | undefined;
}

/**
 * Reads a certificate signing request (RFC 2986) and checks that its maker holds the private key.
 * Throws `security/certificate`, `security/public-key`, `security/signature`.
 */
export function readCertificateRequest(request: Uint8Array): CertificateRequestContents {
  if (request.length > maxCertificateSize) throw raiseSecurity('certificate', 'too large');
  const outer = child(derElement(request), undefined);
  const [info, , signature] = derElements(outer.content);
  if (info === undefined || signature?.tag !== derTags.bitString) {
    throw raiseSecurity('certificate', 'not a certificate request');
  }
  const subject = child(info, 1);
  const spki = child(info, 2).whole;
  let key: ReturnType<typeof createPublicKey>;
  try {
    key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  } catch (cause) {
    throw raiseSecurity('certificate', 'the key in the request cannot be read', { cause });
  }
  const curve = curveOf(key);
  const publicKey = rawPublicKey(key);
  if (!verifyDer(key, info.whole, signature.content.subarray(1))) throw raiseSecurity('signature');
  return { curve, publicKey, systemTitle: titleOfName(subject) };
}
