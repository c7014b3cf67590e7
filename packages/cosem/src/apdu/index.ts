/**
 * Every APDU, to octets and back (IEC 62056-5-3, `COSEMpdu` and the ACSE APDUs).
 *
 * Ciphered and signed APDUs come out as their envelope; `../security` opens them.
 */
import type { DataLimits } from '../data/codec.ts';
import { sizeHint } from '../data/codec.ts';
import { readAccessRequest, readAccessResponse, writeAccessRequest, writeAccessResponse } from './access.ts';
import { encodeAcse, readAare, readAarq, readRlre, readRlrq } from './acse.ts';
import { readActionRequest, readActionResponse, writeActionRequest, writeActionResponse } from './action.ts';
import { type CipheredApdu, decodeCiphered, encodeCiphered, isCipheredTag } from './ciphered.ts';
import {
  readExceptionResponse,
  readGeneralBlockTransfer,
  writeExceptionResponse,
  writeGeneralBlockTransfer,
} from './control.ts';
import { raiseApdu } from './errors.ts';
import { ApduReader, ApduWriter } from './fields.ts';
import { readGetRequest, readGetResponse, writeGetRequest, writeGetResponse } from './get.ts';
import {
  readConfirmedServiceError,
  readInitiateRequest,
  readInitiateResponse,
  writeConfirmedServiceError,
  writeInitiateRequest,
  writeInitiateResponse,
} from './initiate.ts';
import {
  readDataNotification,
  readEventNotification,
  writeDataNotification,
  writeEventNotification,
} from './notification.ts';
import { readSetRequest, readSetResponse, writeSetRequest, writeSetResponse } from './set.ts';
import { apduNameOfTag, type CipheredApduName, type PlainApduName, plainTags } from './tags.ts';
import type { PlainApdu } from './types.ts';

/** Largest APDU that is decoded by default, in octets: what a peer can send without blocks, many times over. */
export const maxApduSize = 0x10_0000;

/** Bounds a caller may set. */
export interface ApduLimits extends DataLimits {
  /** Octets. */
  readonly maxSize?: number;
}

/** Any APDU, told apart by `type`. */
export type Apdu = PlainApdu | CipheredApdu;

type ReadPlain = { readonly [K in PlainApduName]?: (r: ApduReader) => PlainApdu };

const readers: ReadPlain = {
  'initiate-request': readInitiateRequest,
  'initiate-response': readInitiateResponse,
  'confirmed-service-error': readConfirmedServiceError,
  'data-notification': readDataNotification,
  aarq: readAarq,
  aare: readAare,
  rlrq: readRlrq,
  rlre: readRlre,
  'get-request': readGetRequest,
  'set-request': readSetRequest,
  'event-notification-request': readEventNotification,
  'action-request': readActionRequest,
  'get-response': readGetResponse,
  'set-response': readSetResponse,
  'action-response': readActionResponse,
  'exception-response': readExceptionResponse,
  'access-request': readAccessRequest,
  'access-response': readAccessResponse,
  'general-block-transfer': readGeneralBlockTransfer,
};

/**
 * Decodes one APDU (IEC 62056-5-3, `COSEMpdu`).
 * In: the whole APDU. Out: the APDU; octet strings in it are views on the input. Trailing octets are refused.
 * Throws `apdu/*`, `data/*`, `bytes/*` and `ciphered/*` with path and offset.
 */
export function decodeApdu(bytes: Uint8Array, limits: ApduLimits = {}): Apdu {
  const tag = bytes[0];
  if (tag === undefined) throw raiseApdu('empty', undefined, { offset: 0 });
  const maxSize = limits.maxSize ?? maxApduSize;
  if (bytes.length > maxSize) throw raiseApdu('size', `${bytes.length} octets, the bound is ${maxSize}`);
  if (isCipheredTag(tag)) return decodeCiphered(bytes, { maxSize });
  const name = apduNameOfTag[tag] as Exclude<PlainApduName, CipheredApduName> | undefined;
  if (name === undefined) throw raiseApdu('tag', `tag ${tag}`, { offset: 0 });
  const read = readers[name];
  if (read === undefined) throw raiseApdu('unsupported', name, { offset: 0 });
  const reader = new ApduReader(bytes, limits);
  reader.offset = 1;
  const apdu = read(reader);
  reader.finish(name);
  return apdu;
}

/**
 * Encodes one APDU (IEC 62056-5-3, `COSEMpdu`). In: the APDU. Out: its octets.
 * Throws `apdu/range` and `data/*` for what does not fit.
 */
export function encodeApdu(apdu: Apdu): Uint8Array {
  switch (apdu.type) {
    case 'aarq':
    case 'aare':
    case 'rlrq':
    case 'rlre':
      return encodeAcse(apdu);
    default:
      return apdu.type in plainTags ? encodePlain(apdu as Axdr) : encodeCiphered(apdu as CipheredApdu);
  }
}

/** The plain APDUs that are written in A-XDR, as opposed to the four of ACSE. */
type Axdr = Exclude<PlainApdu, { type: 'aarq' | 'aare' | 'rlrq' | 'rlre' }>;

function encodePlain(apdu: Axdr): Uint8Array {
  const writer = new ApduWriter(apduSizeHint(apdu));
  writer.u8(plainTags[apdu.type]);
  // The row of a type takes that type; the compiler cannot see that both come from the same apdu.
  const write = writers[apdu.type] as (w: ApduWriter, apdu: Axdr) => void;
  write(writer, apdu);
  return writer.finish();
}

function apduSizeHint(apdu: Axdr): number {
  if (apdu.type === 'data-notification') return 32 + sizeHint(apdu.body);
  if (apdu.type === 'get-response') {
    if (apdu.choice === 'normal' && apdu.result.choice === 'data') return 16 + sizeHint(apdu.result.data);
    if (apdu.choice === 'with-datablock' && apdu.block.result.choice === 'raw-data') {
      return 32 + apdu.block.result.rawData.length;
    }
  }
  if (apdu.type === 'general-block-transfer') return 16 + apdu.blockData.length;
  return 128;
}

type WritePlain = {
  readonly [K in Axdr['type']]: (w: ApduWriter, apdu: Extract<Axdr, { type: K }>) => void;
};

const writers: WritePlain = {
  'initiate-request': writeInitiateRequest,
  'initiate-response': writeInitiateResponse,
  'confirmed-service-error': writeConfirmedServiceError,
  'data-notification': writeDataNotification,
  'get-request': writeGetRequest,
  'set-request': writeSetRequest,
  'event-notification-request': writeEventNotification,
  'action-request': writeActionRequest,
  'get-response': writeGetResponse,
  'set-response': writeSetResponse,
  'action-response': writeActionResponse,
  'exception-response': writeExceptionResponse,
  'access-request': writeAccessRequest,
  'access-response': writeAccessResponse,
  'general-block-transfer': writeGeneralBlockTransfer,
};

export * from './ciphered.ts';
export {
  conformanceFromBits,
  conformanceToBits,
  dlmsVersion,
  logicalNameVaa,
  negotiateConformance,
} from './initiate.ts';
export * from './names.ts';
export * from './tags.ts';
export * from './types.ts';
