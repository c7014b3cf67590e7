/**
 * The envelopes of ciphered and signed APDUs (IEC 62056-5-3, `COSEMpdu`: the glo- and ded- choices,
 * General-Glo-Ciphering, General-Ded-Ciphering, General-Ciphering, General-Signing).
 *
 * Only the envelope is read and written here: no key is needed and nothing is checked for authenticity.
 * Octet strings that come out of decoding are views on the input.
 */
import { ByteReader, ByteWriter } from '../base/bytes.ts';
import { raiseApdu } from './errors.ts';
import { apduNameOfTag, apduTags, type CipheredApduName, cipheredTags } from './tags.ts';

/** Longest ciphered service or signed content that is accepted by default, in octets. */
export const maxCipheredSize = 0x10_0000;
/** Longest transaction id, system title, date-time or key parameters in octets. */
export const maxHeaderFieldSize = 0xff;
/** Longest other-information in octets; GBCS messages put certificates' worth of it there. */
export const maxOtherInformationSize = 0x1000;
/** Longest wrapped key, or ephemeral public key with its signature, in octets (P-384 needs 192). */
export const maxKeyDataSize = 1024;

/** A service-specific APDU under the global (`glo-`) or dedicated (`ded-`) key. */
export interface ServiceCiphering {
  readonly type: Exclude<
    CipheredApduName,
    'general-glo-ciphering' | 'general-ded-ciphering' | 'general-ciphering' | 'general-signing'
  >;
  /** Security header, text and tag. */
  readonly service: Uint8Array;
}

/** Any APDU under the global or dedicated key, with the sender's system title. */
export interface GeneralGloDedCiphering {
  readonly type: 'general-glo-ciphering' | 'general-ded-ciphering';
  /** Eight octets, or none where both sides know it. */
  readonly systemTitle: Uint8Array;
  readonly service: Uint8Array;
}

/** Which key a general-ciphering APDU is under. */
export type KeyInfo =
  | { readonly choice: 'identified-key'; readonly keyId: number }
  | { readonly choice: 'wrapped-key'; readonly kekId: number; readonly keyCipheredData: Uint8Array }
  | {
      readonly choice: 'agreed-key';
      readonly keyParameters: Uint8Array;
      readonly keyCipheredData: Uint8Array;
    };

/** The header that general-ciphering and general-signing share; any field may be empty. */
export interface GeneralHeader {
  readonly transactionId: Uint8Array;
  readonly originatorSystemTitle: Uint8Array;
  readonly recipientSystemTitle: Uint8Array;
  readonly dateTime: Uint8Array;
  readonly otherInformation: Uint8Array;
}

/** An APDU between two parties that need not share an association. */
export interface GeneralCiphering extends GeneralHeader {
  readonly type: 'general-ciphering';
  readonly keyInfo: KeyInfo | undefined;
  readonly service: Uint8Array;
}

/** An APDU with the originator's signature. */
export interface GeneralSigning extends GeneralHeader {
  readonly type: 'general-signing';
  readonly content: Uint8Array;
  /** r and s, each of the curve's size; empty where the message is not signed (pre-commands do this). */
  readonly signature: Uint8Array;
}

/** Any envelope of a ciphered or signed APDU. */
export type CipheredApdu = ServiceCiphering | GeneralGloDedCiphering | GeneralCiphering | GeneralSigning;

/** Bounds a caller may lower. */
export interface CipheredLimits {
  readonly maxSize?: number;
  /**
   * Reads a general-signing APDU that ends before its signature field, as drafts for a signer do (GBCS
   * pre-commands); its signature is then empty. Off by default.
   */
  readonly allowMissingSignature?: boolean;
}

/** The name of each tag that is ciphered or signed; made once, because every message is looked up in it. */
const cipheredNameOfTag = apduNameOfTag.map((name) =>
  name !== undefined && Object.hasOwn(cipheredTags, name) ? (name as CipheredApduName) : undefined,
);

/** Whether this first octet starts a ciphered or signed APDU (IEC 62056-5-3, `COSEMpdu`). */
export function isCipheredTag(tag: number): boolean {
  return cipheredNameOfTag[tag] !== undefined;
}

/**
 * Reads the envelope of one ciphered or signed APDU (IEC 62056-5-3, `COSEMpdu`).
 * In: the whole APDU. Out: the envelope; its octet strings are views on the input.
 * Throws `apdu/tag`, `apdu/choice`, `bytes/truncated`, `bytes/length`, `bytes/trailing`.
 */
export function decodeCiphered(bytes: Uint8Array, limits: CipheredLimits = {}): CipheredApdu {
  const reader = new ByteReader(bytes);
  const maxSize = limits.maxSize ?? maxCipheredSize;
  const tag = reader.u8('tag');
  const name = cipheredNameOfTag[tag];
  if (name === undefined) {
    throw raiseApdu('tag', `tag ${tag} is not ciphered or signed`, { offset: 0 });
  }
  const apdu = decodeBody(reader, name, maxSize, limits.allowMissingSignature === true);
  reader.finish(name);
  return apdu;
}

function decodeBody(
  reader: ByteReader,
  name: CipheredApduName,
  maxSize: number,
  draft: boolean,
): CipheredApdu {
  switch (name) {
    case 'general-glo-ciphering':
    case 'general-ded-ciphering': {
      // The paths are constants: this is the way of nearly every message, and text would be made for nothing.
      const systemTitle = octets(reader, maxHeaderFieldSize, 'system-title');
      return { type: name, systemTitle, service: octets(reader, maxSize, 'ciphered-service') };
    }
    case 'general-ciphering': {
      const header = decodeHeader(reader, name);
      const keyInfo = decodeKeyInfo(reader);
      const service = octets(reader, maxSize, `${name}.ciphered-service`);
      return { type: name, ...header, keyInfo, service };
    }
    case 'general-signing': {
      const header = decodeHeader(reader, name);
      const content = octets(reader, maxSize, `${name}.content`);
      const signature =
        draft && reader.remaining === 0
          ? reader.take(0)
          : octets(reader, maxKeyDataSize, `${name}.signature`);
      return { type: name, ...header, content, signature };
    }
    default:
      return { type: name, service: octets(reader, maxSize, name) };
  }
}

function octets(reader: ByteReader, limit: number, path: string): Uint8Array {
  return reader.take(reader.length(limit, path), path);
}

function decodeHeader(reader: ByteReader, name: string): GeneralHeader {
  return {
    transactionId: octets(reader, maxHeaderFieldSize, `${name}.transaction-id`),
    originatorSystemTitle: octets(reader, maxHeaderFieldSize, `${name}.originator-system-title`),
    recipientSystemTitle: octets(reader, maxHeaderFieldSize, `${name}.recipient-system-title`),
    dateTime: octets(reader, maxHeaderFieldSize, `${name}.date-time`),
    otherInformation: octets(reader, maxOtherInformationSize, `${name}.other-information`),
  };
}

function decodeKeyInfo(reader: ByteReader): KeyInfo | undefined {
  const path = 'general-ciphering.key-info';
  const flagAt = reader.offset;
  const present = reader.u8(path);
  if (present === 0) return undefined;
  if (present !== 1) throw raiseApdu('choice', `presence flag ${present}`, { path, offset: flagAt });
  const choiceAt = reader.offset;
  const choice = reader.u8(path);
  switch (choice) {
    case 0:
      return { choice: 'identified-key', keyId: reader.u8(path) };
    case 1:
      return {
        choice: 'wrapped-key',
        kekId: reader.u8(path),
        keyCipheredData: octets(reader, maxKeyDataSize, path),
      };
    case 2:
      return {
        choice: 'agreed-key',
        keyParameters: octets(reader, maxHeaderFieldSize, path),
        keyCipheredData: octets(reader, maxKeyDataSize, path),
      };
    default:
      throw raiseApdu('choice', `choice ${choice}`, { path, offset: choiceAt });
  }
}

/**
 * Writes one ciphered or signed APDU (IEC 62056-5-3, `COSEMpdu`).
 * In: the envelope with its ciphered service or signed content. Out: the whole APDU.
 */
export function encodeCiphered(apdu: CipheredApdu): Uint8Array {
  const writer = new ByteWriter('service' in apdu ? apdu.service.length + 64 : apdu.content.length + 192);
  writer.u8(apduTags[apdu.type]);
  switch (apdu.type) {
    case 'general-glo-ciphering':
    case 'general-ded-ciphering':
      return writer.octets(apdu.systemTitle).octets(apdu.service).finish();
    case 'general-ciphering':
      writer.raw(encodeGeneralHeader(apdu));
      writeKeyInfo(writer, apdu.keyInfo);
      return writer.octets(apdu.service).finish();
    case 'general-signing':
      return writer.raw(encodeToBeSigned(apdu)).octets(apdu.signature).finish();
    default:
      return writer.octets(apdu.service).finish();
  }
}

/** The five header fields, each with its length, as they stand in the APDU and in the additional data. */
export function encodeGeneralHeader(header: GeneralHeader): Uint8Array {
  return new ByteWriter(48)
    .octets(header.transactionId)
    .octets(header.originatorSystemTitle)
    .octets(header.recipientSystemTitle)
    .octets(header.dateTime)
    .octets(header.otherInformation)
    .finish();
}

/**
 * What the signature of a general-signing APDU covers (IEC 62056-5-3, General-Signing): everything between
 * the tag and the signature, lengths included.
 */
export function encodeToBeSigned(apdu: Omit<GeneralSigning, 'signature'>): Uint8Array {
  return new ByteWriter(apdu.content.length + 64)
    .raw(encodeGeneralHeader(apdu))
    .octets(apdu.content)
    .finish();
}

function writeKeyInfo(writer: ByteWriter, keyInfo: KeyInfo | undefined): void {
  if (keyInfo === undefined) {
    writer.u8(0);
    return;
  }
  writer.u8(1);
  switch (keyInfo.choice) {
    case 'identified-key':
      writer.u8(0).u8(keyInfo.keyId);
      break;
    case 'wrapped-key':
      writer.u8(1).u8(keyInfo.kekId).octets(keyInfo.keyCipheredData);
      break;
    case 'agreed-key':
      writer.u8(2).octets(keyInfo.keyParameters).octets(keyInfo.keyCipheredData);
      break;
  }
}
