/**
 * A small language for the types of attributes and method parameters: plain data that a checker, a documentation
 * generator and a decoder's tree output all read. IEC 62056-6-2, common data types and class descriptions.
 */
import type { SimpleDataType } from '../data/types.ts';

/** One field of a structure. */
export interface FieldType {
  readonly name: string;
  readonly type: CosemType;
  /** A field at the end that older versions of the class leave out. */
  readonly optional?: true;
}

/** The type of an attribute, a method parameter or a part of either. */
export type CosemType =
  /** Any value at all; instance specific. */
  | { readonly kind: 'any'; readonly label?: string }
  /** One simple type; `min` and `max` are of the number, `minLength` and `maxLength` of octets, characters or bits. */
  | {
      readonly kind: 'simple';
      readonly type: SimpleDataType;
      readonly label?: string;
      readonly min?: number;
      readonly max?: number;
      readonly minLength?: number;
      readonly maxLength?: number;
    }
  /** `enum` with names; `open` where other values belong to manufacturers or to later editions. */
  | {
      readonly kind: 'enum';
      readonly names: Readonly<Record<number, string>>;
      readonly label?: string;
      readonly open?: true;
    }
  /** A bit string with a name for each bit, first bit first. */
  | { readonly kind: 'flags'; readonly bits: readonly string[]; readonly label?: string }
  | { readonly kind: 'structure'; readonly fields: readonly FieldType[]; readonly label?: string }
  /** An array, or a compact array with the same items. */
  | { readonly kind: 'array'; readonly of: CosemType; readonly label?: string; readonly maxItems?: number }
  | { readonly kind: 'choice'; readonly of: readonly CosemType[]; readonly label?: string };

/** Any value. */
export const any: CosemType = { kind: 'any' };

/** A simple type, with bounds of the number where it has them. */
export function simple(type: SimpleDataType, min?: number, max?: number): CosemType {
  return {
    kind: 'simple',
    type,
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
  };
}

export const nullType: CosemType = simple('null-data');
export const boolean: CosemType = simple('boolean');
export const integer: CosemType = simple('integer');
export const long: CosemType = simple('long');
export const doubleLong: CosemType = simple('double-long');
export const unsigned: CosemType = simple('unsigned');
export const longUnsigned: CosemType = simple('long-unsigned');
export const doubleLongUnsigned: CosemType = simple('double-long-unsigned');
export const visibleString: CosemType = simple('visible-string');
export const utf8String: CosemType = simple('utf8-string');
/** The parameter of methods that need none: `integer (0)`. */
export const integerZero: CosemType = simple('integer', 0, 0);

/** An octet string of a bounded length. */
export function octetString(minLength = 0, maxLength?: number): CosemType {
  return {
    kind: 'simple',
    type: 'octet-string',
    ...(minLength === 0 ? {} : { minLength }),
    ...(maxLength === undefined ? {} : { maxLength }),
  };
}

/** A bit string of a bounded length. */
export function bitString(minLength = 0, maxLength?: number): CosemType {
  return {
    kind: 'simple',
    type: 'bit-string',
    ...(minLength === 0 ? {} : { minLength }),
    ...(maxLength === undefined ? {} : { maxLength }),
  };
}

/** An enumeration; `open` allows values that have no name here. */
export function enumOf(names: Readonly<Record<number, string>>, open?: 'open'): CosemType {
  return open === undefined ? { kind: 'enum', names } : { kind: 'enum', names, open: true };
}

/** A bit string with named bits, first bit first. */
export function flagsOf(...bits: readonly string[]): CosemType {
  return { kind: 'flags', bits };
}

/** A structure; fields in order, `name?` for one that may be absent at the end. */
export function structureOf(label: string, fields: Readonly<Record<string, CosemType>>): CosemType {
  return {
    kind: 'structure',
    label,
    fields: Object.entries(fields).map(([name, type]) =>
      name.endsWith('?') ? { name: name.slice(0, -1), type, optional: true } : { name, type },
    ),
  };
}

/** An array of one type. */
export function arrayOf(of: CosemType, maxItems?: number): CosemType {
  return { kind: 'array', of, ...(maxItems === undefined ? {} : { maxItems }) };
}

/** One of several types; the first that fits is taken. */
export function choiceOf(...of: readonly CosemType[]): CosemType {
  return { kind: 'choice', of };
}

/** Gives a type the name that the standard calls it by. */
export function named<T extends CosemType>(label: string, type: T): T {
  return { ...type, label };
}

/** Six octets. */
export const logicalNameType: CosemType = named('logical_name', octetString(6, 6));
/** Twelve octets, or the date-time type. */
export const dateTimeType: CosemType = named('date-time', choiceOf(octetString(12, 12), simple('date-time')));
/** Five octets, or the date type. */
export const dateType: CosemType = named('date', choiceOf(octetString(5, 5), simple('date')));
/** Four octets, or the time type. */
export const timeType: CosemType = named('time', choiceOf(octetString(4, 4), simple('time')));
/** Text in whichever of the three string types the meter prefers. */
export const charString: CosemType = named('CharString', choiceOf(octetString(), visibleString, utf8String));

/** Every type that is not made of others. */
export const simpleTypes: readonly SimpleDataType[] = [
  'null-data',
  'boolean',
  'bit-string',
  'double-long',
  'double-long-unsigned',
  'octet-string',
  'visible-string',
  'utf8-string',
  'bcd',
  'integer',
  'long',
  'unsigned',
  'long-unsigned',
  'long64',
  'long64-unsigned',
  'enum',
  'float32',
  'float64',
  'date-time',
  'date',
  'time',
];
/** Any simple value: a threshold, a parameter. */
export const anySimple: CosemType = named(
  'simple value',
  choiceOf(...simpleTypes.map((type) => simple(type))),
);

/**
 * The type in one line, as the standard would write it: `array of structure { class_id: long-unsigned, … }`.
 * A label stands for what it names unless `expand` is set.
 */
export function formatType(type: CosemType, expand = false): string {
  if (type.label !== undefined && !expand) return type.label;
  switch (type.kind) {
    case 'any':
      return 'instance specific';
    case 'simple':
      return `${type.type}${boundsOf(type.minLength, type.maxLength)}${boundsOf(type.min, type.max)}`;
    case 'enum':
      return `enum { ${Object.entries(type.names)
        .map(([value, name]) => `(${value}) ${name}`)
        .join(', ')} }`;
    case 'flags':
      return `bit-string { ${type.bits.join(', ')} }`;
    case 'structure':
      return `structure { ${type.fields
        .map((field) => `${field.name}${field.optional === true ? '?' : ''}: ${formatType(field.type)}`)
        .join(', ')} }`;
    case 'array':
      return `array of ${formatType(type.of)}`;
    case 'choice':
      return type.of.map((option) => formatType(option)).join(' | ');
  }
}

function boundsOf(min: number | undefined, max: number | undefined): string {
  if (min === undefined && max === undefined) return '';
  return min === max ? ` (${min})` : ` (${min ?? 0}..${max ?? ''})`;
}
