/**
 * Negotiation of information field lengths and window sizes in SNRM and UA frames (IEC 62056-46, exchange of HDLC
 * parameters). "Transmit" and "receive" are always meant from the side that writes them.
 */
import { ByteReader, ByteWriter } from '../base/bytes.ts';
import type { CosemError } from '../base/errors.ts';
import { raiseLink } from './errors.ts';

/** What one side may send at once and can take at once. */
export interface HdlcParameters {
  /** Longest information field in octets, 1 to 2030. */
  readonly maxInfoTransmit: number;
  readonly maxInfoReceive: number;
  /** I-frames in a row without an acknowledgement, 1 to 7. */
  readonly windowTransmit: number;
  readonly windowReceive: number;
}

/** In force when nothing is negotiated (IEC 62056-46, default values). */
export const defaultHdlcParameters: HdlcParameters = {
  maxInfoTransmit: 128,
  maxInfoReceive: 128,
  windowTransmit: 1,
  windowReceive: 1,
};

/** Largest information field that fits an 11 bit frame length with the longest addresses. */
export const maxHdlcInformation = 2030;
/** Sequence numbers are counted modulo 8, so at most 7 frames may be unacknowledged. */
export const maxHdlcWindow = 7;

const formatIdentifier = 0x81;
const groupIdentifier = 0x80;
const fields = [
  ['maxInfoTransmit', 0x05],
  ['maxInfoReceive', 0x06],
  ['windowTransmit', 0x07],
  ['windowReceive', 0x08],
] as const;

/** Checks values and fills in the defaults. Error: `link/hdlc-parameters`. */
export function hdlcParameters(given: Partial<HdlcParameters> = {}): HdlcParameters {
  const all = { ...defaultHdlcParameters, ...given };
  for (const [name] of fields) {
    const error = outOfRange(name, all[name]);
    if (error !== undefined) throw error;
  }
  return all;
}

function outOfRange(name: keyof HdlcParameters, value: number, offset?: number): CosemError | undefined {
  const limit = isWindow(name) ? maxHdlcWindow : maxHdlcInformation;
  if (Number.isInteger(value) && value >= 1 && value <= limit) return undefined;
  const place = offset === undefined ? {} : { offset, path: `hdlc-parameters.${name}` };
  return raiseLink('hdlc-parameters', `${name} ${value} is not between 1 and ${limit}`, place);
}

function isWindow(name: keyof HdlcParameters): boolean {
  return name === 'windowTransmit' || name === 'windowReceive';
}

/**
 * The information field of a SNRM or UA frame (IEC 62056-46): lengths in one octet where they fit and else two,
 * windows in four octets, as the standard's own example writes them.
 */
export function encodeHdlcParameters(parameters: HdlcParameters): Uint8Array {
  const body = new ByteWriter(20);
  for (const [name, id] of fields) {
    const value = parameters[name];
    body.u8(id);
    if (isWindow(name)) body.u8(4).u32(value);
    else if (value <= 0xff) body.u8(1).u8(value);
    else body.u8(2).u16(value);
  }
  const octets = body.finish();
  return new ByteWriter(23).u8(formatIdentifier).u8(groupIdentifier).u8(octets.length).raw(octets).finish();
}

/**
 * Reads the information field of a SNRM or UA frame (IEC 62056-46). Values may take 1, 2 or 4 octets; what is
 * absent has its default; unknown parameters are passed over; lengths and windows above the maximum of the
 * standard are read as the maximum, because meters write them. Errors: `link/hdlc-parameters`, `bytes/truncated`.
 */
export function decodeHdlcParameters(information: Uint8Array): HdlcParameters {
  if (information.length === 0) return defaultHdlcParameters;
  const reader = new ByteReader(information);
  if (reader.u8('hdlc-parameters') !== formatIdentifier || reader.u8('hdlc-parameters') !== groupIdentifier)
    throw raiseLink('hdlc-parameters', 'the information does not begin with 81 80', { offset: 0 });
  const length = reader.u8('hdlc-parameters.length');
  if (length !== reader.remaining)
    throw raiseLink('hdlc-parameters', `group length ${length}, ${reader.remaining} octets follow`, {
      offset: 2,
    });
  const found: Partial<Record<keyof HdlcParameters, number>> = {};
  while (reader.remaining > 0) {
    const offset = reader.offset;
    const id = reader.u8('hdlc-parameters.id');
    const value = reader.take(reader.u8('hdlc-parameters.length'), 'hdlc-parameters.value');
    const name = fields.find(([, known]) => known === id)?.[0];
    if (name === undefined) continue;
    if (value.length === 0 || value.length > 4)
      throw raiseLink('hdlc-parameters', `${name} in ${value.length} octets`, { offset });
    const number = value.reduce((sum, octet) => sum * 256 + octet, 0);
    const capped = Math.min(number, isWindow(name) ? maxHdlcWindow : maxHdlcInformation);
    const error = outOfRange(name, capped, offset);
    if (error !== undefined) throw error;
    found[name] = capped;
  }
  return { ...defaultHdlcParameters, ...found };
}

/**
 * What is in force for `own` once the other side has named `theirs` (IEC 62056-46): the smaller of what one sends
 * and the other takes, in each direction.
 */
export function negotiateHdlc(own: HdlcParameters, theirs: HdlcParameters): HdlcParameters {
  return {
    maxInfoTransmit: Math.min(own.maxInfoTransmit, theirs.maxInfoReceive),
    maxInfoReceive: Math.min(own.maxInfoReceive, theirs.maxInfoTransmit),
    windowTransmit: Math.min(own.windowTransmit, theirs.windowReceive),
    windowReceive: Math.min(own.windowReceive, theirs.windowTransmit),
  };
}

/** Whether two sets of parameters are the same. */
export function sameHdlcParameters(a: HdlcParameters, b: HdlcParameters): boolean {
  return fields.every(([name]) => a[name] === b[name]);
}

/** The negotiable part of some options. */
export function pickParameters(options: Partial<HdlcParameters>): Partial<HdlcParameters> {
  const { maxInfoTransmit, maxInfoReceive, windowTransmit, windowReceive } = options;
  return Object.fromEntries(
    Object.entries({ maxInfoTransmit, maxInfoReceive, windowTransmit, windowReceive }).filter(
      ([, value]) => value !== undefined,
    ),
  );
}
