/** General-signing: an APDU with its originator's signature (IEC 62056-5-3, General-Signing). */
import { encodeToBeSigned, type GeneralHeader, type GeneralSigning } from '../apdu/ciphered.ts';
import { publicKeyFromRaw, verifyRaw } from './curves.ts';
import { raiseSecurity } from './errors.ts';
import type { KeyName, KeyPort } from './keys.ts';
import { type SecuritySuite, suiteCurve } from './suite.ts';

/** The header of a message that gives nothing away: five empty fields. */
export const emptyHeader: GeneralHeader = {
  transactionId: new Uint8Array(0),
  originatorSystemTitle: new Uint8Array(0),
  recipientSystemTitle: new Uint8Array(0),
  dateTime: new Uint8Array(0),
  otherInformation: new Uint8Array(0),
};

/**
 * Signs an APDU, plain or ciphered (IEC 62056-5-3, General-Signing): ECDSA over everything between tag and signature.
 * In: the header, the APDU. Out: the envelope; `encodeCiphered` writes it. Throws `security/key-missing`.
 */
export async function signApdu(
  keys: KeyPort,
  signing: KeyName<'signing'>,
  header: GeneralHeader,
  content: Uint8Array,
): Promise<GeneralSigning> {
  const unsigned = { type: 'general-signing', ...header, content } as const;
  return { ...unsigned, signature: await keys.sign(signing, encodeToBeSigned(unsigned)) };
}

/**
 * Throws `security/signature` unless the signature is valid under the originator's raw public key. That the key is the
 * originator's is for the caller to know (by certificate); freshness is not covered by a signature.
 */
export function verifySignedApdu(suite: SecuritySuite, apdu: GeneralSigning, publicKey: Uint8Array): void {
  const key = publicKeyFromRaw(suiteCurve(suite), publicKey);
  if (!verifyRaw(key, encodeToBeSigned(apdu), apdu.signature)) throw raiseSecurity('signature');
}
