/** xDLMS Initiate and its error (IEC 62056-5-3, InitiateRequest, InitiateResponse, ConfirmedServiceError). */
import { raiseApdu } from './errors.ts';
import { type ApduReader, type ApduWriter, nameOf, numberOf } from './fields.ts';
import { type ConformanceBit, conformanceBits, serviceErrorNames, serviceErrors } from './names.ts';
import type { ConfirmedServiceError, InitiateRequest, InitiateResponse } from './types.ts';

/** The DLMS version this package speaks. */
export const dlmsVersion = 6;
/** The VAA name with logical name referencing. */
export const logicalNameVaa = 0x0007;

/** Reads an Initiate request behind its tag (IEC 62056-5-3, InitiateRequest). */
export function readInitiateRequest(r: ApduReader): InitiateRequest {
  const type = 'initiate-request';
  const key = r.present(`${type}.dedicated-key`) ? { dedicatedKey: r.octets(`${type}.dedicated-key`) } : {};
  const responseAllowed = r.present(`${type}.response-allowed`) ? r.bool(`${type}.response-allowed`) : true;
  const quality = readQuality(r, type);
  return {
    type,
    ...key,
    responseAllowed,
    ...quality,
    dlmsVersion: r.u8(`${type}.dlms-version`),
    conformance: readConformance(r, `${type}.conformance`),
    clientMaxReceivePduSize: r.u16(`${type}.client-max-receive-pdu-size`),
  };
}

function readQuality(r: ApduReader, type: string): { qualityOfService?: number } {
  const path = `${type}.quality-of-service`;
  return r.present(path) ? { qualityOfService: (r.u8(path) << 24) >> 24 } : {};
}

/** Writes an Initiate request behind its tag; throws `apdu/range`. */
export function writeInitiateRequest(w: ApduWriter, apdu: InitiateRequest): void {
  if (apdu.dedicatedKey === undefined) w.u8(0);
  else w.u8(1).octets(apdu.dedicatedKey);
  if (apdu.responseAllowed) w.u8(0);
  else w.u8(1).bool(false);
  writeQuality(w, apdu.qualityOfService);
  w.number(apdu.dlmsVersion, 1, 'dlms version');
  writeConformance(w, apdu.conformance);
  w.number(apdu.clientMaxReceivePduSize, 2, 'client max receive pdu size');
}

function writeQuality(w: ApduWriter, value: number | undefined): void {
  if (value === undefined) w.u8(0);
  else w.u8(1).signed8(value, 'quality of service');
}

/** Reads an Initiate response behind its tag (IEC 62056-5-3, InitiateResponse). */
export function readInitiateResponse(r: ApduReader): InitiateResponse {
  const type = 'initiate-response';
  const quality = readQuality(r, type);
  return {
    type,
    ...quality,
    dlmsVersion: r.u8(`${type}.dlms-version`),
    conformance: readConformance(r, `${type}.conformance`),
    serverMaxReceivePduSize: r.u16(`${type}.server-max-receive-pdu-size`),
    vaaName: r.u16(`${type}.vaa-name`),
  };
}

/** Writes an Initiate response behind its tag; throws `apdu/range`. */
export function writeInitiateResponse(w: ApduWriter, apdu: InitiateResponse): void {
  writeQuality(w, apdu.qualityOfService);
  w.number(apdu.dlmsVersion, 1, 'dlms version');
  writeConformance(w, apdu.conformance);
  w.number(apdu.serverMaxReceivePduSize, 2, 'server max receive pdu size').number(
    apdu.vaaName,
    2,
    'vaa name',
  );
}

/** [APPLICATION 31] BIT STRING (SIZE(24)), which travels in BER: 5F 1F 04 00 and three octets. */
function readConformance(r: ApduReader, path: string): ConformanceBit[] {
  const at = r.offset;
  const tag = r.u8(path);
  const low = r.u8(path);
  // Old peers write the tag in one octet, 5F, and go on with the length.
  const size = low === 0x1f ? r.u8(path) : low;
  const unused = r.u8(path);
  if (tag !== 0x5f || size !== 4 || unused !== 0) {
    throw raiseApdu('field', 'the conformance block is not 24 bits', { path, offset: at });
  }
  const bits = (r.u8(path) << 16) | r.u16(path);
  return conformanceFromBits(bits);
}

/** The names of the bits that are set, bit 0 being the most significant of 24 (IEC 62056-5-3, Conformance). */
export function conformanceFromBits(bits: number): ConformanceBit[] {
  return conformanceBits.filter((_, i) => ((bits >> (23 - i)) & 1) === 1);
}

const bitOfName: ReadonlyMap<string, number> = new Map(
  conformanceBits.map((name, i) => [name, 1 << (23 - i)]),
);

/** The 24 bits of a list of names, the other way round; order and repetition do not matter. */
export function conformanceToBits(names: readonly ConformanceBit[]): number {
  let bits = 0;
  for (const name of names) {
    const bit = bitOfName.get(name);
    if (bit === undefined) throw raiseApdu('range', `no conformance bit is named ${name}`);
    bits |= bit;
  }
  return bits;
}

/** What both sides can do, in the order of the bits (IEC 62056-5-3, negotiation of the conformance block). */
export function negotiateConformance(
  proposed: readonly ConformanceBit[],
  supported: readonly ConformanceBit[],
): ConformanceBit[] {
  return conformanceFromBits(conformanceToBits(proposed) & conformanceToBits(supported));
}

function writeConformance(w: ApduWriter, names: readonly ConformanceBit[]): void {
  const bits = conformanceToBits(names);
  w.u8(0x5f)
    .u8(0x1f)
    .u8(4)
    .u8(0)
    .u8(bits >>> 16)
    .u16(bits & 0xffff);
}

type ErrorChoice = keyof typeof serviceErrors;

/** Reads a confirmed service error behind its tag (IEC 62056-5-3, ConfirmedServiceError). */
export function readConfirmedServiceError(r: ApduReader): ConfirmedServiceError {
  const type = 'confirmed-service-error';
  const service = r.named(serviceErrorNames, type);
  const at = r.offset;
  const tag = r.u8(type);
  const choice = (Object.keys(serviceErrors) as ErrorChoice[]).find(
    (name) => serviceErrors[name].tag === tag,
  );
  if (choice === undefined) throw raiseApdu('choice', `service error ${tag}`, { path: type, offset: at });
  const value = nameOf(serviceErrors[choice].values, r.u8(type));
  // The value's name comes from the table of this very choice, which the compiler cannot follow.
  return { type, service, error: { choice, value } as ConfirmedServiceError['error'] };
}

/** Writes a confirmed service error behind its tag; throws `apdu/range`. */
export function writeConfirmedServiceError(w: ApduWriter, apdu: ConfirmedServiceError): void {
  const { tag, values } = serviceErrors[apdu.error.choice];
  w.named(serviceErrorNames, apdu.service).u8(tag).u8(numberOf(values, apdu.error.value));
}
