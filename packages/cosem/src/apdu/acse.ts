/**
 * Association and release: AARQ, AARE, RLRQ, RLRE (IEC 62056-5-3, ACSE APDUs; ISO/IEC 8650-1; encoded in BER).
 *
 * Every field is a row of a table that says its tag, how its contents are read and how they are written. Decoding
 * takes fields in any order, skips ones the standard may add later, refuses one that comes twice. Encoding writes
 * in the order of the standard exactly the fields that are there: which ones an association needs
 * (acse-requirements and mechanism-name together with an authentication value) is for who makes the APDU.
 */
import { type ByteReader, ByteWriter } from '../base/bytes.ts';
import {
  berBitStringContents,
  berElement,
  berInteger,
  berIntegerContents,
  berObjectId,
  berOctetString,
  readBitString,
  readElement,
  readInside,
  readInteger,
} from './ber.ts';
import { raiseApdu } from './errors.ts';
import { nameOf, numberOf } from './fields.ts';
import {
  applicationContextNames,
  associationResults,
  type Diagnostic,
  mechanismNames,
  providerDiagnostics,
  requestReasons,
  responseReasons,
  userDiagnostics,
} from './names.ts';
import { apduTags } from './tags.ts';
import type { Aare, Aarq, ApplicationContext, AuthenticationValue, Mechanism, Rlre, Rlrq } from './types.ts';

/** joint-iso-ccitt(2) country(16) country-name(756) identified-organization(5) DLMS-UA(8) application-context(1). */
const contextArcs = Uint8Array.of(0x60, 0x85, 0x74, 0x05, 0x08, 0x01);
/** The same with authentication-mechanism-name(2). */
const mechanismArcs = Uint8Array.of(0x60, 0x85, 0x74, 0x05, 0x08, 0x02);

/** How one kind of contents is read and written. */
interface Kind<T> {
  read(body: ByteReader, path: string): T;
  write(value: T): Uint8Array;
}

interface Row {
  readonly field: string;
  readonly tag: number;
  /** A second tag with the same contents, which some peers write. */
  readonly also?: number;
  // A row knows the type of its own field only; the tables below are the one place where they meet.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly kind: Kind<any>;
}

const bits: Kind<string> = { read: readBitString, write: berBitStringContents };
const octets: Kind<Uint8Array> = { read: (body) => body.rest(), write: (value) => value };

function explicit<T>(tag: number, kind: Kind<T>): Kind<T> {
  return {
    read(body, path) {
      const inside = readInside(body, tag, path);
      const value = kind.read(inside, path);
      inside.finish(path);
      return value;
    },
    write: (value) => berElement(tag, kind.write(value)),
  };
}

const title = explicit(berOctetString, octets);
const identifier = explicit<number>(berInteger, { read: readInteger, write: berIntegerContents });

function objectId<N extends string>(
  arcs: Uint8Array,
  names: Readonly<Record<N, number>>,
): Kind<N | { readonly oid: Uint8Array }> {
  return {
    read(body, path) {
      if (body.remaining === 0)
        throw raiseApdu('field', 'an empty object identifier', { path, offset: body.offset });
      const oid = body.rest();
      const known = oid.length === arcs.length + 1 && arcs.every((octet, i) => oid[i] === octet);
      const name = known ? nameOf(names, oid[arcs.length]!) : 'unknown-0';
      return name.startsWith('unknown-') ? { oid } : (name as N);
    },
    write(value) {
      if (typeof value !== 'string') return value.oid;
      const out = new Uint8Array(arcs.length + 1);
      out.set(arcs);
      out[arcs.length] = numberOf(names, value);
      return out;
    },
  };
}

const mechanism: Kind<Mechanism> = objectId(mechanismArcs, mechanismNames);
const context: Kind<ApplicationContext> = explicit(
  berObjectId,
  objectId(contextArcs, applicationContextNames),
);

const authenticationTags = { charstring: 0x80, bitstring: 0x81 } as const;
const authentication: Kind<AuthenticationValue> = {
  read(body, path) {
    const at = body.offset;
    const inner = readElement(body, path);
    body.finish(path);
    if (inner.tag === authenticationTags.charstring)
      return { choice: 'charstring', value: inner.body.rest() };
    if (inner.tag === authenticationTags.bitstring) return { choice: 'bitstring', value: inner.body.rest() };
    throw raiseApdu('choice', `authentication value with tag ${inner.tag}`, { path, offset: at });
  },
  write: (value) => berElement(authenticationTags[value.choice], value.value),
};

const result = explicit<string>(berInteger, {
  read: (body, path) => nameOf(associationResults, readOctet(body, path)),
  write: (value) => berIntegerContents(numberOf(associationResults, value)),
});

function readOctet(body: ByteReader, path: string): number {
  const at = body.offset;
  const value = readInteger(body, path);
  if (value < 0 || value > 0xff) throw raiseApdu('field', `value ${value}`, { path, offset: at });
  return value;
}

const diagnosticTags = { 'acse-service-user': 0xa1, 'acse-service-provider': 0xa2 } as const;
const diagnostic: Kind<Diagnostic> = {
  read(body, path) {
    const at = body.offset;
    const { tag, body: chosen } = readElement(body, path);
    body.finish(path);
    const inside = readInside(chosen, berInteger, path);
    const value = readOctet(inside, path);
    if (tag === 0xa1) return { source: 'acse-service-user', value: nameOf(userDiagnostics, value) };
    if (tag === 0xa2) return { source: 'acse-service-provider', value: nameOf(providerDiagnostics, value) };
    throw raiseApdu('choice', `diagnostic with tag ${tag}`, { path, offset: at });
  },
  write(value) {
    const table: Readonly<Record<string, number>> =
      value.source === 'acse-service-user' ? userDiagnostics : providerDiagnostics;
    const number = berElement(berInteger, berIntegerContents(numberOf(table, value.value)));
    return berElement(diagnosticTags[value.source], number);
  },
};

function reason(names: Readonly<Record<string, number>>): Kind<string> {
  return {
    read: (body, path) => nameOf(names, readOctet(body, path)),
    write: (value) => berIntegerContents(numberOf(names, value)),
  };
}

const aarqRows: readonly Row[] = [
  { field: 'protocolVersion', tag: 0x80, kind: bits },
  { field: 'applicationContext', tag: 0xa1, kind: context },
  { field: 'calledApTitle', tag: 0xa2, kind: title },
  { field: 'calledAeQualifier', tag: 0xa3, kind: title },
  { field: 'calledApInvocationId', tag: 0xa4, kind: identifier },
  { field: 'calledAeInvocationId', tag: 0xa5, kind: identifier },
  { field: 'callingApTitle', tag: 0xa6, kind: title },
  { field: 'callingAeQualifier', tag: 0xa7, kind: title },
  { field: 'callingApInvocationId', tag: 0xa8, kind: identifier },
  { field: 'callingAeInvocationId', tag: 0xa9, kind: identifier },
  { field: 'acseRequirements', tag: 0x8a, kind: bits },
  { field: 'mechanism', tag: 0x8b, kind: mechanism },
  { field: 'authenticationValue', tag: 0xac, kind: authentication },
  { field: 'implementationInformation', tag: 0x9d, also: 0xbd, kind: octets },
  { field: 'userInformation', tag: 0xbe, kind: title },
];

const aareRows: readonly Row[] = [
  { field: 'protocolVersion', tag: 0x80, kind: bits },
  { field: 'applicationContext', tag: 0xa1, kind: context },
  { field: 'result', tag: 0xa2, kind: result },
  { field: 'diagnostic', tag: 0xa3, kind: diagnostic },
  { field: 'respondingApTitle', tag: 0xa4, kind: title },
  { field: 'respondingAeQualifier', tag: 0xa5, kind: title },
  { field: 'respondingApInvocationId', tag: 0xa6, kind: identifier },
  { field: 'respondingAeInvocationId', tag: 0xa7, kind: identifier },
  { field: 'acseRequirements', tag: 0x88, kind: bits },
  { field: 'mechanism', tag: 0x89, kind: mechanism },
  { field: 'authenticationValue', tag: 0xaa, kind: authentication },
  { field: 'implementationInformation', tag: 0x9d, also: 0xbd, kind: octets },
  { field: 'userInformation', tag: 0xbe, kind: title },
];

const rlrqRows: readonly Row[] = [
  { field: 'reason', tag: 0x80, kind: reason(requestReasons) },
  { field: 'userInformation', tag: 0xbe, kind: title },
];

const rlreRows: readonly Row[] = [
  { field: 'reason', tag: 0x80, kind: reason(responseReasons) },
  { field: 'userInformation', tag: 0xbe, kind: title },
];

const userInformationTag = 0xbe;

function readRows(
  r: ByteReader,
  type: string,
  rows: readonly Row[],
  lenient: boolean,
): Record<string, unknown> {
  const outer = r.length(0xffff_ffff, type);
  if (outer > r.remaining || (outer < r.remaining && !lenient)) {
    throw raiseApdu('field', `length ${outer}, but ${r.remaining} octets follow`, { path: type, offset: 1 });
  }
  const fields: Record<string, unknown> = {};
  while (r.remaining > 0) {
    const at = r.offset;
    const stretch = lenient && r.bytes[at] === userInformationTag ? r.end : undefined;
    const { tag, body } = readElement(r, type, stretch);
    const row = rows.find((candidate) => candidate.tag === tag || candidate.also === tag);
    if (row === undefined) continue;
    const path = `${type}.${row.field}`;
    if (Object.hasOwn(fields, row.field)) throw raiseApdu('duplicate', undefined, { path, offset: at });
    fields[row.field] = row.kind.read(body, path);
    body.finish(path);
  }
  return fields;
}

function need(fields: Record<string, unknown>, type: string, ...names: readonly string[]): void {
  for (const name of names) {
    if (!Object.hasOwn(fields, name)) throw raiseApdu('missing', `no ${name}`, { path: type });
  }
}

// The casts below say what the tables above say: each row's kind gives the type its field has in the interface.

/** Reads an AARQ behind its tag (IEC 62056-5-3, AARQ-apdu). */
export function readAarq(r: ByteReader): Aarq {
  const fields = readRows(r, 'aarq', aarqRows, false);
  need(fields, 'aarq', 'applicationContext');
  return { type: 'aarq', ...fields } as unknown as Aarq;
}

/** Reads an AARE behind its tag (IEC 62056-5-3, AARE-apdu). */
export function readAare(r: ByteReader): Aare {
  const fields = readRows(r, 'aare', aareRows, false);
  need(fields, 'aare', 'applicationContext', 'result', 'diagnostic');
  return { type: 'aare', ...fields } as unknown as Aare;
}

/** Reads an RLRQ behind its tag (IEC 62056-5-3, RLRQ-apdu). */
export function readRlrq(r: ByteReader): Rlrq {
  return { type: 'rlrq', ...readRows(r, 'rlrq', rlrqRows, false) } as Rlrq;
}

/**
 * Reads an RLRE behind its tag (IEC 62056-5-3, RLRE-apdu). A known peer writes the lengths of the APDU and of
 * user-information too short; the octet string inside has the right one, and is believed.
 */
export function readRlre(r: ByteReader): Rlre {
  return { type: 'rlre', ...readRows(r, 'rlre', rlreRows, true) } as Rlre;
}

/** Encodes an ACSE APDU with strict lengths (IEC 62056-5-3, ACSE APDUs). */
export function encodeAcse(apdu: Aarq | Aare | Rlrq | Rlre): Uint8Array {
  const rows = { aarq: aarqRows, aare: aareRows, rlrq: rlrqRows, rlre: rlreRows }[apdu.type];
  const fields = apdu as unknown as Readonly<Record<string, unknown>>;
  const contents = new ByteWriter(160);
  for (const row of rows) {
    const value = fields[row.field];
    if (value !== undefined) contents.u8(row.tag).octets(row.kind.write(value));
  }
  return berElement(apduTags[apdu.type], contents.finish());
}
