/**
 * Codecs of structured values: one declaration gives the type for the checker, a decoder to a plain TypeScript value
 * and an encoder back. Both directions check; errors carry the path inside the value.
 */
import {
  decodeDate,
  decodeDateTime,
  decodeTime,
  encodeDate,
  encodeDateTime,
  encodeTime,
} from '../../data/date-time.ts';
import type { CosemDate, CosemDateTime, CosemTime, Data, DataType } from '../../data/types.ts';
import { formatObis, obisFromBytes, obisToBytes } from '../../obis/obis.ts';
import { raiseClasses } from '../errors.ts';
import * as t from '../type-language.ts';

/** Both directions between COSEM data and a plain value. */
export interface Codec<T> {
  readonly type: t.CosemType;
  /** A field at the end of a structure that may be absent. */
  readonly optional?: true;
  /** @throws `classes/type` with the path */
  decode(value: Data, path?: string): T;
  /** @throws `classes/value` with the path */
  encode(value: T, path?: string): Data;
}

/** The value inside a codec. */
export type ValueOf<C> = C extends Codec<infer T> ? T : never;

/** Refuses a value that came from a peer. */
export function wrongType(found: Data, wanted: t.CosemType | DataType, path: string): never {
  const name = typeof wanted === 'string' ? wanted : t.formatType(wanted);
  throw raiseClasses('type', `${found.type} instead of ${name}`, { path });
}

/** Refuses a value that the caller wants to send. */
export function wrongValue(detail: string, path: string): never {
  throw raiseClasses('value', detail, { path });
}

function numeric(
  type: 'integer' | 'long' | 'double-long' | 'unsigned' | 'long-unsigned' | 'double-long-unsigned',
  min: number,
  max: number,
): Codec<number> {
  return {
    type: t.simple(type),
    decode: (value, path = '') => (value.type === type ? value.value : wrongType(value, type, path)),
    encode: (value, path = '') =>
      Number.isInteger(value) && value >= min && value <= max
        ? { type, value }
        : wrongValue(`${value} is not a ${type}`, path),
  };
}

export const integer: Codec<number> = numeric('integer', -0x80, 0x7f);
export const long: Codec<number> = numeric('long', -0x8000, 0x7fff);
export const doubleLong: Codec<number> = numeric('double-long', -0x80000000, 0x7fffffff);
export const unsigned: Codec<number> = numeric('unsigned', 0, 0xff);
export const longUnsigned: Codec<number> = numeric('long-unsigned', 0, 0xffff);
export const doubleLongUnsigned: Codec<number> = numeric('double-long-unsigned', 0, 0xffffffff);

export const boolean: Codec<boolean> = {
  type: t.boolean,
  decode: (value, path = '') => (value.type === 'boolean' ? value.value : wrongType(value, 'boolean', path)),
  encode: (value) => ({ type: 'boolean', value }),
};

/** Octets of a bounded length; a decoded value is a view on the input. */
export function octets(minLength = 0, maxLength?: number): Codec<Uint8Array> {
  const type = t.octetString(minLength, maxLength);
  const fits = (length: number) => length >= minLength && (maxLength === undefined || length <= maxLength);
  return {
    type,
    decode: (value, path = '') =>
      value.type === 'octet-string' && fits(value.value.length) ? value.value : wrongType(value, type, path),
    encode: (value, path = '') =>
      fits(value.length)
        ? { type: 'octet-string', value }
        : wrongValue(`${value.length} octets are not ${t.formatType(type)}`, path),
  };
}

/** A bit string as text of 0 and 1, first bit first. */
export const bits: Codec<string> = {
  type: t.bitString(),
  decode: (value, path = '') =>
    value.type === 'bit-string' ? value.value : wrongType(value, 'bit-string', path),
  encode: (value, path = '') =>
    /^[01]*$/.test(value) ? { type: 'bit-string', value } : wrongValue('not a text of 0 and 1', path),
};

/** A logical name as the dotted OBIS code, `1.0.1.8.0.255`. */
export const logicalName: Codec<string> = {
  type: t.logicalNameType,
  decode: (value, path = '') =>
    value.type === 'octet-string' && value.value.length === 6
      ? formatObis(obisFromBytes(value.value))
      : wrongType(value, t.logicalNameType, path),
  encode: (value) => ({ type: 'octet-string', value: obisToBytes(value) }),
};

/** Text in an octet, visible or UTF-8 string; written as `visible-string` where ASCII, else as `utf8-string`. */
export const charString: Codec<string> = {
  type: t.charString,
  decode: (value, path = '') => {
    if (value.type === 'octet-string') return Buffer.from(value.value).toString('utf8');
    if (value.type === 'visible-string' || value.type === 'utf8-string') return value.value;
    return wrongType(value, t.charString, path);
  },
  encode: (value) =>
    /^[\x20-\x7e]*$/.test(value) ? { type: 'visible-string', value } : { type: 'utf8-string', value },
};

function moment<T>(
  type: t.CosemType,
  native: 'date-time' | 'date' | 'time',
  length: number,
  read: (octets: Uint8Array) => T,
  write: (value: T) => Uint8Array,
): Codec<T> {
  return {
    type,
    decode: (value, path = '') => {
      if (value.type === 'octet-string' && value.value.length === length) return read(value.value);
      return value.type === native ? (value.value as T) : wrongType(value, type, path);
    },
    encode: (value) => ({ type: 'octet-string', value: write(value) }),
  };
}

/** Twelve octets (or the date-time type when read). */
export const dateTime: Codec<CosemDateTime> = moment(
  t.dateTimeType,
  'date-time',
  12,
  decodeDateTime,
  encodeDateTime,
);
/** Five octets (or the date type when read). */
export const date: Codec<CosemDate> = moment(t.dateType, 'date', 5, decodeDate, encodeDate);
/** Four octets (or the time type when read). */
export const time: Codec<CosemTime> = moment(t.timeType, 'time', 4, decodeTime, encodeTime);

/** Any value, as it is. */
export const anyData: Codec<Data> = { type: t.any, decode: (value) => value, encode: (value) => value };

/** Any value without others inside. */
export const simpleData: Codec<Data> = {
  type: t.anySimple,
  decode: (value, path = '') => (isSimple(value) ? value : wrongType(value, t.anySimple, path)),
  encode: (value, path = '') => (isSimple(value) ? value : wrongValue(`${value.type} is not simple`, path)),
};

function isSimple(value: Data): boolean {
  return t.simpleTypes.some((type) => type === value.type);
}

/** An enumeration by its names. */
export function enumeration<const N extends string>(names: Readonly<Record<number, N>>): Codec<N> {
  const type = t.enumOf(names);
  const values = new Map(Object.entries(names).map(([value, name]) => [name as N, Number(value)]));
  return {
    type,
    decode: (value, path = '') =>
      value.type === 'enum' && names[value.value] !== undefined
        ? names[value.value]!
        : wrongType(value, type, path),
    encode: (name, path = '') => {
      const value = values.get(name);
      return value === undefined
        ? wrongValue(`${name} is not a name of the enumeration`, path)
        : { type: 'enum', value };
    },
  };
}

/** An enumeration that manufacturers and later editions extend: values without a name are numbers. */
export function openEnumeration<const N extends string>(
  names: Readonly<Record<number, N>>,
): Codec<N | number> {
  const closed = enumeration(names);
  return {
    type: t.enumOf(names, 'open'),
    decode: (value, path = '') =>
      value.type === 'enum' ? (names[value.value] ?? value.value) : wrongType(value, 'enum', path),
    encode: (value, path = '') => {
      if (typeof value !== 'number') return closed.encode(value, path);
      if (!Number.isInteger(value) || value < 0 || value > 255)
        return wrongValue(`${value} is no enum`, path);
      return { type: 'enum', value };
    },
  };
}

/** A bit string with named bits, as the list of the names that are set; further bits must be 0 to be read. */
export function flags<const N extends string>(...bits: readonly N[]): Codec<readonly N[]> {
  const type = t.flagsOf(...bits);
  return {
    type,
    decode: (value, path = '') => {
      if (value.type !== 'bit-string' || value.value.includes('1', bits.length))
        return wrongType(value, type, path);
      return bits.filter((_, i) => value.value[i] === '1');
    },
    encode: (names, path = '') => {
      const stray = names.find((name) => !bits.includes(name));
      if (stray !== undefined) return wrongValue(`${stray} is not a name of a bit`, path);
      const value = bits.map((bit) => (names.includes(bit) ? '1' : '0')).join('');
      return { type: 'bit-string', value };
    },
  };
}

/** Items of one kind; a compact array is read too. */
export function listOf<T>(item: Codec<T>): Codec<readonly T[]> {
  const type = t.arrayOf(item.type);
  return {
    type,
    decode: (value, path = '') => {
      if (value.type !== 'array' && value.type !== 'compact-array') return wrongType(value, type, path);
      const items = value.type === 'array' ? value.value : value.value.items;
      return items.map((one, i) => item.decode(one, `${path}[${i}]`));
    },
    encode: (values, path = '') => ({
      type: 'array',
      value: values.map((one, i) => item.encode(one, `${path}[${i}]`)),
    }),
  };
}

/** `null-data` for nothing. */
export function nullable<T>(codec: Codec<T>): Codec<T | undefined> {
  return {
    type: t.choiceOf(t.nullType, codec.type),
    decode: (value, path) => (value.type === 'null-data' ? undefined : codec.decode(value, path)),
    encode: (value, path) =>
      value === undefined ? { type: 'null-data', value: null } : codec.encode(value, path),
  };
}

/** A field at the end of a structure that may be absent. */
export function trailing<T>(codec: Codec<T>): Codec<T | undefined> {
  return {
    type: codec.type,
    optional: true,
    decode: (value, path) => codec.decode(value, path),
    encode: (value, path = '') =>
      value === undefined
        ? wrongValue('a field before the last one cannot be left out', path)
        : codec.encode(value, path),
  };
}

/** Fields of a structure in order: the name in TypeScript, then the standard's name and the codec. */
export type RecordFields<T> = { readonly [K in keyof T]-?: readonly [name: string, codec: Codec<T[K]>] };

/** A structure with named fields. */
export function record<T extends object>(label: string, fields: RecordFields<T>): Codec<T> {
  const list = Object.entries(fields) as [keyof T & string, readonly [string, Codec<unknown>]][];
  const type: t.CosemType = {
    kind: 'structure',
    label,
    fields: list.map(([, [name, codec]]) =>
      codec.optional === true ? { name, type: codec.type, optional: true } : { name, type: codec.type },
    ),
  };
  const required = list.filter(([, [, codec]]) => codec.optional !== true).length;
  const inside = (path: string, name: string) => (path === '' ? name : `${path}.${name}`);
  return {
    type,
    decode: (value, path = '') => {
      if (value.type !== 'structure') return wrongType(value, type, path);
      const { length } = value.value;
      if (length < required || length > list.length) {
        throw raiseClasses('type', `${length} fields instead of ${list.length} in ${label}`, { path });
      }
      const result: Record<string, unknown> = {};
      for (let i = 0; i < length; i++) {
        const [key, [name, codec]] = list[i]!;
        result[key] = codec.decode(value.value[i]!, inside(path, name));
      }
      return result as T;
    },
    encode: (value, path = '') => {
      let count = list.length;
      while (count > required && value[list[count - 1]![0]] === undefined) count--;
      return {
        type: 'structure',
        value: list
          .slice(0, count)
          .map(([key, [name, codec]]) => codec.encode(value[key], inside(path, name))),
      };
    },
  };
}
