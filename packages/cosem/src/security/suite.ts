/**
 * The three security suites (IEC 62056-5-3, security suites) and the security control octet
 * (IEC 62056-5-3, security header).
 */
import { raiseSecurity } from './errors.ts';

/** 0: AES-128-GCM; 1: and P-256, SHA-256; 2: AES-256-GCM, P-384, SHA-384. */
export type SecuritySuite = 0 | 1 | 2;

/** The curve of the asymmetric operations of a suite. */
export type CurveName = 'P-256' | 'P-384';

/** What a suite is made of. */
export interface SuiteParameters {
  readonly suite: SecuritySuite;
  /** Octets of every symmetric key. */
  readonly keySize: 16 | 32;
  /** Suite 0 has no curve. */
  readonly curve: CurveName | undefined;
}

const suites: readonly SuiteParameters[] = [
  { suite: 0, keySize: 16, curve: undefined },
  { suite: 1, keySize: 16, curve: 'P-256' },
  { suite: 2, keySize: 32, curve: 'P-384' },
];

/** Octets of the authentication tag: GCM tags are cut to 96 bits in every suite (IEC 62056-5-3, AES-GCM). */
export const tagSize = 12;
/** Octets of the security header: the control octet and the invocation counter. */
export const securityHeaderSize = 5;
/** Octets of a system title (IEC 62056-5-3, system title). */
export const systemTitleSize = 8;

/** The parameters of a suite. Throws `security/suite` for numbers that are none. */
export function suiteParameters(suite: number): SuiteParameters {
  const found = suites[suite];
  if (found === undefined) throw raiseSecurity('suite', `suite ${suite} does not exist`);
  return found;
}

/** The curve of a suite. Throws `security/suite` for suite 0, which has none. */
export function suiteCurve(suite: number): CurveName {
  const { curve } = suiteParameters(suite);
  if (curve === undefined)
    throw raiseSecurity('suite', `suite ${suite} has no signatures and no key agreement`);
  return curve;
}

/** The bits of the security control octet. */
export const controlBits = {
  suiteMask: 0x0f,
  authenticated: 0x10,
  encrypted: 0x20,
  broadcast: 0x40,
  compressed: 0x80,
} as const;

/** How one message is protected by the cipher. */
export interface CipherProtection {
  readonly authenticated: boolean;
  readonly encrypted: boolean;
}

/** The security control octet, taken apart. */
export interface SecurityControl extends CipherProtection {
  /** As on the wire, 0..15; only 0, 1 and 2 exist. */
  readonly suite: number;
  readonly keySet: 'unicast' | 'broadcast';
  readonly compressed: boolean;
}

/** Takes a security control octet apart (IEC 62056-5-3, security control byte). Any octet can be. */
export function parseSecurityControl(octet: number): SecurityControl {
  return {
    suite: octet & controlBits.suiteMask,
    authenticated: (octet & controlBits.authenticated) !== 0,
    encrypted: (octet & controlBits.encrypted) !== 0,
    keySet: (octet & controlBits.broadcast) !== 0 ? 'broadcast' : 'unicast',
    compressed: (octet & controlBits.compressed) !== 0,
  };
}

/**
 * Puts a security control octet together (IEC 62056-5-3, security control byte).
 * Throws `security/control` where neither authentication nor encryption is asked for.
 */
export function securityControlOctet(
  suite: SecuritySuite,
  protection: CipherProtection,
  keySet: 'unicast' | 'broadcast' = 'unicast',
): number {
  if (!protection.authenticated && !protection.encrypted) throw raiseSecurity('control');
  return (
    suite |
    (protection.authenticated ? controlBits.authenticated : 0) |
    (protection.encrypted ? controlBits.encrypted : 0) |
    (keySet === 'broadcast' ? controlBits.broadcast : 0)
  );
}

/** The security header of a ciphered service: what a reader without keys can tell. */
export interface SecurityHeader {
  readonly control: SecurityControl;
  readonly controlOctet: number;
  readonly counter: number;
}

/** Reads control octet and invocation counter of a ciphered service. Throws `security/short`. */
export function readSecurityHeader(service: Uint8Array): SecurityHeader {
  if (service.length < securityHeaderSize) {
    throw raiseSecurity('short', `${service.length} octets`, { path: 'security-header', offset: 0 });
  }
  const controlOctet = service[0]!;
  return { control: parseSecurityControl(controlOctet), controlOctet, counter: readCounter(service, 1) };
}

/** The invocation counter, most significant octet first. */
export function readCounter(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

/** Writes the invocation counter, most significant octet first. */
export function writeCounter(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

/** Throws `security/system-title` unless it has eight octets. */
export function checkSystemTitle(title: Uint8Array): Uint8Array {
  if (title.length !== systemTitleSize) throw raiseSecurity('system-title', `${title.length} octets`);
  return title;
}
