/**
 * Opening general-ciphering APDUs (IEC 62056-5-3, General-Ciphering); sealing them is in `general.ts`.
 */
import {
  decodeCiphered,
  encodeGeneralHeader,
  type GeneralCiphering,
  type GeneralHeader,
  type KeyInfo,
} from '../apdu/ciphered.ts';
import { toHex } from '../base/bytes.ts';
import type { ReceiveCounter } from './counters.ts';
import { pointSize, publicKeyFromRaw, verifyRaw } from './curves.ts';
import { raiseSecurity } from './errors.ts';
import {
  agreedKey,
  agreementInfo,
  agreementSchemes,
  impliedHeader,
  keyIds,
  masterKekId,
  messageIv,
} from './general.ts';
import type { KeyPort, SymmetricKey } from './keys.ts';
import { checkControl, checkKeySize } from './sealing.ts';
import {
  checkSystemTitle,
  controlBits,
  parseSecurityControl,
  readCounter,
  type SecurityControl,
  type SecuritySuite,
  securityHeaderSize,
  suiteCurve,
  suiteParameters,
  tagSize,
} from './suite.ts';

/** The party that a message claims to be from, as the caller knows it. */
export interface Originator {
  readonly systemTitle: Uint8Array;
  /** Raw public keys, from certificates that the caller has checked. */
  readonly agreementKey?: Uint8Array;
  readonly signingKey?: Uint8Array;
}

/** What is asked before a message under a key of its own is accepted. */
export interface FreshnessClaim {
  readonly originator: Uint8Array;
  readonly transactionId: Uint8Array;
  readonly dateTime: Uint8Array;
}

/** What a recipient of general-ciphering needs. */
export interface GeneralOpenOptions {
  readonly suite: SecuritySuite;
  readonly keys: KeyPort;
  /** The recipient's own, eight octets. */
  readonly systemTitle: Uint8Array;
  readonly originator: Originator;
  /** Whose identified and master keys apply (the server's, also in a client). Default: the recipient. */
  readonly keyOwner?: Uint8Array;
  readonly authenticationKey?: SymmetricKey;
  /** For messages under an identified key; without it they are refused. */
  readonly counters?: { readonly unicast?: ReceiveCounter; readonly broadcast?: ReceiveCounter };
  /**
   * Whether a message under a wrapped or agreed key is new: its counter says nothing, because every message has a key
   * of its own. Called after the tag was found right. {@link RisingTransactions} is one way.
   */
  readonly acceptFresh: (claim: FreshnessClaim) => boolean | Promise<boolean>;
  readonly algorithmId?: Uint8Array;
  /** As for an `Opener`: accepts messages that are encrypted only. Off by default. */
  readonly allowUnauthenticated?: boolean;
  /** Header fields and key information that the parties know and the message leaves out (GBCS). */
  readonly implied?: Partial<GeneralHeader> & { readonly keyInfo?: KeyInfo };
}

/** What came out of a general-ciphering APDU. */
export interface OpenedGeneral {
  readonly plain: Uint8Array;
  readonly control: SecurityControl;
  readonly counter: number;
  /** As given or implied. */
  readonly header: GeneralHeader;
  readonly keyInfo: KeyInfo;
}

/**
 * Opens a general-ciphering APDU (IEC 62056-5-3, General-Ciphering): parties, control octet, key, tag, and only then
 * whether it is new. Throws `security/system-title`, `/suite`, `/control`, `/policy`, `/compression`, `/key-set`,
 * `/short`, `/key-missing`, `/key-unwrap`, `/key-agreement`, `/public-key`, `/signature`, `/tag`, `/replay`, `/fresh`.
 */
export async function openGeneral(
  apdu: GeneralCiphering,
  options: GeneralOpenOptions,
): Promise<OpenedGeneral> {
  const { suite, implied } = options;
  const header = impliedHeader(apdu, implied);
  checkParty(header.originatorSystemTitle, options.originator.systemTitle, 'originator');
  checkParty(header.recipientSystemTitle, options.systemTitle, 'recipient');
  const keyInfo = apdu.keyInfo ?? implied?.keyInfo;
  if (keyInfo === undefined) throw raiseSecurity('key-agreement', 'the message names no key');

  const { service } = apdu;
  const octet = service[0] ?? 0;
  const authenticated = (octet & controlBits.authenticated) !== 0;
  const textEnd = service.length - (authenticated ? tagSize : 0);
  if (textEnd < securityHeaderSize) throw raiseSecurity('short', `${service.length} octets`);
  checkControl(octet, suite, options.allowUnauthenticated);
  // Which key it is stands in the key information; the key set bit has no meaning here and must be clear.
  if ((octet & controlBits.broadcast) !== 0) throw raiseSecurity('key-set');

  const cipher = options.keys.cipher(await resolveKey(keyInfo, header, options), options.authenticationKey);
  checkKeySize(suite, cipher);
  const plain = cipher.open(
    octet,
    messageIv(header.originatorSystemTitle, service),
    encodeGeneralHeader(apdu),
    service.subarray(securityHeaderSize, textEnd),
    service.subarray(textEnd),
  );
  const counter = readCounter(service, 1);
  await acceptOnce(keyInfo, header, counter, options);
  return { plain, control: parseSecurityControl(octet), counter, header, keyInfo };
}

function checkParty(given: Uint8Array, expected: Uint8Array, role: string): void {
  checkSystemTitle(expected);
  if (Buffer.compare(given, expected) !== 0) {
    throw raiseSecurity('system-title', `the ${role} is ${toHex(given) || 'not given'}`);
  }
}

async function resolveKey(
  keyInfo: KeyInfo,
  header: GeneralHeader,
  options: GeneralOpenOptions,
): Promise<SymmetricKey> {
  const owner = toHex(checkSystemTitle(options.keyOwner ?? options.systemTitle));
  switch (keyInfo.choice) {
    case 'identified-key':
      if (keyInfo.keyId === keyIds.unicast) return { owner, purpose: 'unicast-encryption' };
      if (keyInfo.keyId === keyIds.broadcast) return { owner, purpose: 'broadcast-encryption' };
      throw raiseSecurity('key-missing', `key id ${keyInfo.keyId}`);
    case 'wrapped-key':
      if (keyInfo.kekId !== masterKekId) throw raiseSecurity('key-missing', `KEK id ${keyInfo.kekId}`);
      return options.keys.unwrap({ owner, purpose: 'master' }, keyInfo.keyCipheredData);
    case 'agreed-key':
      return resolveAgreed(keyInfo, header, options);
  }
}

async function resolveAgreed(
  keyInfo: Extract<KeyInfo, { choice: 'agreed-key' }>,
  header: GeneralHeader,
  options: GeneralOpenOptions,
): Promise<SymmetricKey> {
  const { suite, keys, originator } = options;
  const { keySize } = suiteParameters(suite);
  const curve = suiteCurve(suite);
  const own = { owner: toHex(options.systemTitle), purpose: 'agreement' } as const;
  const scheme = keyInfo.keyParameters.length === 1 ? keyInfo.keyParameters[0] : undefined;
  const data = keyInfo.keyCipheredData;
  if (scheme === agreementSchemes.onePass && data.length === pointSize(curve) * 2) {
    if (originator.signingKey === undefined)
      throw raiseSecurity('key-missing', "the originator's signing key");
    const ephemeral = data.subarray(0, pointSize(curve));
    const signingKey = publicKeyFromRaw(curve, originator.signingKey);
    // Before the ephemeral key is used for anything: an unsigned one would let anybody be the originator.
    if (!verifyRaw(signingKey, ephemeral, data.subarray(pointSize(curve)))) throw raiseSecurity('signature');
    return keys.agree(own, ephemeral, { keySize, otherInfo: agreementInfo(options, header, false) });
  }
  if (scheme === agreementSchemes.staticUnified && data.length === 0) {
    if (originator.agreementKey === undefined)
      throw raiseSecurity('key-missing', "the originator's agreement key");
    const info = agreementInfo(options, header, true);
    return keys.agree(own, originator.agreementKey, { keySize, otherInfo: info });
  }
  throw raiseSecurity('key-agreement', `scheme ${scheme ?? 'missing'} with ${data.length} octets of data`);
}

async function acceptOnce(
  keyInfo: KeyInfo,
  header: GeneralHeader,
  counter: number,
  options: GeneralOpenOptions,
): Promise<void> {
  if (keyInfo.choice === 'identified-key') {
    const received = options.counters?.[keyInfo.keyId === keyIds.broadcast ? 'broadcast' : 'unicast'];
    if (received === undefined) throw raiseSecurity('key-set', 'no counter for this key');
    await received.commit(counter);
    return;
  }
  const fresh = await options.acceptFresh({
    originator: header.originatorSystemTitle,
    transactionId: header.transactionId,
    dateTime: header.dateTime,
  });
  if (!fresh) throw raiseSecurity('fresh');
}

/**
 * What a GBCS message leaves out of its general-ciphering envelope: the parties and the transaction stand in the
 * general-signing APDU inside, and the key is always C(0e,2s). The message is authenticated only, so the inside can be
 * read before the tag is checked. Throws `security/short`, `security/inner-tag`, and what the decoder throws.
 */
export function impliedByGbcs(
  apdu: GeneralCiphering,
): Partial<GeneralHeader> & { readonly keyInfo: KeyInfo } {
  const end = apdu.service.length - tagSize;
  if (end < securityHeaderSize) throw raiseSecurity('short', `${apdu.service.length} octets`);
  const inner = decodeCiphered(apdu.service.subarray(securityHeaderSize, end));
  if (inner.type !== 'general-signing') throw raiseSecurity('inner-tag', `${inner.type} inside`);
  return {
    transactionId: inner.transactionId,
    originatorSystemTitle: inner.originatorSystemTitle,
    recipientSystemTitle: inner.recipientSystemTitle,
    keyInfo: agreedKey(agreementSchemes.staticUnified, new Uint8Array(0)),
  };
}

/** Originators that {@link RisingTransactions} remembers at most. */
export const maxTrackedOriginators = 100_000;

/** Accepts a message when its transaction id, read as a number, is greater than the originator's last. In memory. */
export class RisingTransactions {
  readonly #last = new Map<string, bigint>();

  /** For `acceptFresh`. False also for a new originator when the table is full: nothing is ever forgotten. */
  accept = (claim: FreshnessClaim): boolean => {
    const originator = toHex(claim.originator);
    const id = BigInt(`0x0${toHex(claim.transactionId)}`);
    const last = this.#last.get(originator);
    if (last === undefined ? this.#last.size >= maxTrackedOriginators : id <= last) return false;
    this.#last.set(originator, id);
    return true;
  };
}
