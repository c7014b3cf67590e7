/**
 * General-ciphering (IEC 62056-5-3, General-Ciphering): an APDU between two parties under an identified key, a key
 * wrapped into the message, or a key agreed by C(1e,1s) or C(0e,2s). The header is authenticated with the text.
 */

import {
  encodeGeneralHeader,
  type GeneralCiphering,
  type GeneralHeader,
  type KeyInfo,
} from '../apdu/ciphered.ts';
import { gcmAlgorithmId, otherInfo } from './agreement.ts';
import type { SendCounter } from './counters.ts';
import { raiseSecurity } from './errors.ts';
import type { KeyName, KeyPort, SymmetricKey } from './keys.ts';
import { checkKeySize } from './sealing.ts';
import {
  type CipherProtection,
  checkSystemTitle,
  type SecuritySuite,
  securityControlOctet,
  securityHeaderSize,
  suiteCurve,
  suiteParameters,
  systemTitleSize,
  tagSize,
  writeCounter,
} from './suite.ts';

/** Key-Id of an identified key (IEC 62056-5-3, Key-Id). */
export const keyIds = { unicast: 0, broadcast: 1 } as const;
/** Kek-Id of a wrapped key: the master key is the only one (IEC 62056-5-3, KEK-Id). */
export const masterKekId = 0;
/** key-parameters of an agreed key (IEC 62056-5-3, Agreed-Key). */
export const agreementSchemes = { onePass: 1, staticUnified: 2 } as const;

/** How the sender lets the recipient have the key. */
export type KeyPlan =
  | { readonly choice: 'identified'; readonly key: KeyName<'unicast-encryption' | 'broadcast-encryption'> }
  | { readonly choice: 'wrapped'; readonly kek: KeyName<'master'> }
  /** C(1e,1s): the ephemeral key is signed by the originator. */
  | {
      readonly choice: 'one-pass';
      readonly recipientKey: Uint8Array;
      readonly signing: KeyName<'signing'>;
    }
  /** C(0e,2s). */
  | {
      readonly choice: 'static-unified';
      readonly recipientKey: Uint8Array;
      readonly own: KeyName<'agreement'>;
    };

/** What a sender of general-ciphering needs. */
export interface GeneralSealOptions {
  readonly suite: SecuritySuite;
  readonly keys: KeyPort;
  /** Originator and recipient have eight octets each. */
  readonly header: GeneralHeader;
  readonly plan: KeyPlan;
  /** The authentication key of the recipient's security setup; GBCS has none. */
  readonly authenticationKey?: SymmetricKey;
  readonly protection: CipherProtection;
  /**
   * Needed for an identified key and for C(0e,2s). `zero` is allowed with C(0e,2s) only where the caller never repeats
   * a transaction id, because the key depends on it. A key made for this message starts at zero by itself.
   */
  readonly counter?: SendCounter | 'zero';
  readonly algorithmId?: Uint8Array;
  /** Header fields that the parties know and the message leaves out (GBCS). */
  readonly implied?: Partial<GeneralHeader>;
  /** Leaves the key information out, because the parties know it (GBCS). */
  readonly omitKeyInfo?: boolean;
}

/**
 * Seals an APDU in general-ciphering (IEC 62056-5-3, General-Ciphering). In: the plain APDU. Out: the envelope, which
 * `encodeCiphered` writes. Throws `security/key-missing`, `/public-key`, `/suite`, `/control`, `/counter-unreserved`,
 * `/counter-exhausted`.
 */
export async function sealGeneral(plain: Uint8Array, options: GeneralSealOptions): Promise<GeneralCiphering> {
  const { suite, keys, header, protection } = options;
  const control = securityControlOctet(suite, protection);
  // The derivation and the IV need the whole header, also where the message leaves parts of it out.
  const known = impliedHeader(header, options.implied);
  const { key, keyInfo } = await planKey(options, known);
  const cipher = keys.cipher(key, options.authenticationKey);
  checkKeySize(suite, cipher);
  const counter = planCounter(options);
  const service = new Uint8Array(
    securityHeaderSize + plain.length + (protection.authenticated ? tagSize : 0),
  );
  service[0] = control;
  writeCounter(service, 1, counter);
  const iv = messageIv(known.originatorSystemTitle, service);
  cipher.sealInto(control, iv, encodeGeneralHeader(header), plain, service, securityHeaderSize);
  const sent = options.omitKeyInfo === true ? undefined : keyInfo;
  return { type: 'general-ciphering', ...header, keyInfo: sent, service };
}

function planCounter({ plan, counter }: GeneralSealOptions): number {
  if (counter !== undefined && counter !== 'zero') return counter.take();
  const fresh = plan.choice === 'wrapped' || plan.choice === 'one-pass';
  if (fresh || (plan.choice === 'static-unified' && counter === 'zero')) return 0;
  throw raiseSecurity('counter-unreserved', `a ${plan.choice} key needs a counter`);
}

async function planKey(
  options: GeneralSealOptions,
  header: GeneralHeader,
): Promise<{ key: SymmetricKey; keyInfo: KeyInfo }> {
  const { suite, keys, plan } = options;
  const { keySize } = suiteParameters(suite);
  switch (plan.choice) {
    case 'identified': {
      const keyId = plan.key.purpose === 'broadcast-encryption' ? keyIds.broadcast : keyIds.unicast;
      return { key: plan.key, keyInfo: { choice: 'identified-key', keyId } };
    }
    case 'wrapped': {
      const key = keys.generate(keySize);
      const keyCipheredData = keys.wrap(plan.kek, key);
      return { key, keyInfo: { choice: 'wrapped-key', kekId: masterKekId, keyCipheredData } };
    }
    case 'one-pass': {
      const ephemeral = keys.ephemeral(suiteCurve(suite));
      const signature = await keys.sign(plan.signing, ephemeral.publicKey);
      const info = agreementInfo(options, header, false);
      const key = await keys.agree(ephemeral, plan.recipientKey, { keySize, otherInfo: info });
      const keyCipheredData = Buffer.concat([ephemeral.publicKey, signature]);
      return { key, keyInfo: agreedKey(agreementSchemes.onePass, keyCipheredData) };
    }
    case 'static-unified': {
      const info = agreementInfo(options, header, true);
      suiteCurve(suite);
      const key = await keys.agree(plan.own, plan.recipientKey, { keySize, otherInfo: info });
      return { key, keyInfo: agreedKey(agreementSchemes.staticUnified, new Uint8Array(0)) };
    }
  }
}

/** An agreed key's key information. */
export function agreedKey(scheme: number, keyCipheredData: Uint8Array): KeyInfo {
  return { choice: 'agreed-key', keyParameters: Uint8Array.of(scheme), keyCipheredData };
}

/** OtherInfo for the parties of a header. */
export function agreementInfo(
  options: { readonly suite: SecuritySuite; readonly algorithmId?: Uint8Array },
  header: GeneralHeader,
  withTransaction: boolean,
): Uint8Array {
  return otherInfo({
    algorithmId: options.algorithmId ?? gcmAlgorithmId(suiteParameters(options.suite).keySize),
    originator: header.originatorSystemTitle,
    recipient: header.recipientSystemTitle,
    ...(withTransaction ? { transactionId: header.transactionId } : {}),
  });
}

/** The header with the fields filled in that a message leaves out. */
export function impliedHeader(
  apdu: GeneralHeader,
  implied: Partial<GeneralHeader> | undefined,
): GeneralHeader {
  const field = (name: keyof GeneralHeader): Uint8Array =>
    apdu[name].length === 0 ? (implied?.[name] ?? apdu[name]) : apdu[name];
  return {
    transactionId: field('transactionId'),
    originatorSystemTitle: field('originatorSystemTitle'),
    recipientSystemTitle: field('recipientSystemTitle'),
    dateTime: field('dateTime'),
    otherInformation: field('otherInformation'),
  };
}

/** The IV: the originator's title, and the counter as it stands in the ciphered service. */
export function messageIv(title: Uint8Array, service: Uint8Array): Uint8Array {
  const iv = new Uint8Array(systemTitleSize + 4);
  iv.set(checkSystemTitle(title));
  iv.set(service.subarray(1, securityHeaderSize), systemTitleSize);
  return iv;
}
