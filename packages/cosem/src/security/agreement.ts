/** What a key agreement mixes into the derived key (IEC 62056-5-3, key agreement, OtherInfo). */
import { ByteWriter, fromHex } from '../base/bytes.ts';
import { checkSystemTitle } from './suite.ts';

/** What the derived key is for, as an object identifier without tag and length (IEC 62056-5-3, AlgorithmID). */
export const algorithmIds = {
  'aes-gcm-128': fromHex('60857405080300'),
  'aes-gcm-256': fromHex('60857405080301'),
  'aes-wrap-128': fromHex('60857405080302'),
  'aes-wrap-256': fromHex('60857405080303'),
} as const;

/** The identifier that the Great Britain Companion Specification kept from an earlier edition. */
export const gbcsAlgorithmId = fromHex('60857406080300');

/** The identifier for a cipher key of this size. */
export function gcmAlgorithmId(keySize: 16 | 32): Uint8Array {
  return algorithmIds[keySize === 16 ? 'aes-gcm-128' : 'aes-gcm-256'];
}

/** The identifier for a key-encrypting key of this size. */
export function wrapAlgorithmId(keySize: 16 | 32): Uint8Array {
  return algorithmIds[keySize === 16 ? 'aes-wrap-128' : 'aes-wrap-256'];
}

/** Who agrees, and for what. */
export interface AgreementParties {
  readonly algorithmId: Uint8Array;
  /** Party U: who begins; in C(2e,0s) the client. Eight octets. */
  readonly originator: Uint8Array;
  /** Party V. Eight octets. */
  readonly recipient: Uint8Array;
  /** Only with C(0e,2s), where nothing else makes the key differ from one message to the next. */
  readonly transactionId?: Uint8Array;
}

/**
 * OtherInfo (NIST SP 800-56A, 5.8.1.2; IEC 62056-5-3, key agreement): AlgorithmID ‖ title of U ‖ with C(0e,2s) the
 * transaction id with its length ‖ title of V.
 */
export function otherInfo(parties: AgreementParties): Uint8Array {
  const writer = new ByteWriter(48);
  writer.raw(parties.algorithmId).raw(checkSystemTitle(parties.originator));
  if (parties.transactionId !== undefined) writer.octets(parties.transactionId);
  return writer.raw(checkSystemTitle(parties.recipient)).finish();
}
