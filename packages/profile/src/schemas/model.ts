/**
 * The shapes of the schema language: what a payload may be, as plain data. It is small on purpose. No shape refers to
 * itself, so a payload is never deeper than its schema; every length and every list has an end; nothing may stand in
 * an object that its shape does not name. There are no fractions: a measurement is an integer in a unit that is fine
 * enough (`voltageMillivolts`), so that two systems never round it differently.
 */

/** Ids of the text formats in `formats.ts`. */
export type FormatId =
  | 'line'
  | 'prose'
  | 'identifier'
  | 'name'
  | 'uuid'
  | 'timestamp'
  | 'day'
  | 'system-title'
  | 'eui-64'
  | 'obis'
  | 'reading-type'
  | 'quality-code'
  | 'event-code'
  | 'component'
  | 'operation'
  | 'dotted'
  | 'version'
  | 'currency'
  | 'language';

/** What an integer counts; `none` for numbers that only tell things apart. */
export type IntegerUnit =
  | 'energyWh'
  | 'powerW'
  | 'powerKw'
  | 'reactivePowerVar'
  | 'millivolts'
  | 'milliamperes'
  | 'millihertz'
  | 'thousandths'
  | 'microdegrees'
  | 'seconds'
  | 'minutes'
  | 'days'
  | 'percent'
  | 'octets'
  | 'count'
  | 'minorUnits'
  | 'microsPerKwh'
  | 'decibelMilliwatts'
  | 'none';

export interface TextShape {
  readonly kind: 'text';
  readonly format: FormatId;
  /** In UTF-16 code units, as JavaScript and JSON Schema with ASCII count them. */
  readonly minLength: number;
  readonly maxLength: number;
}

/** A number or a bigint within the safe range of JavaScript. */
export interface IntegerShape {
  readonly kind: 'integer';
  readonly minimum: number;
  readonly maximum: number;
  readonly unit: IntegerUnit;
  /** The only values there are, where a range says too little; within the range. */
  readonly values?: readonly number[];
}

export interface BooleanShape {
  readonly kind: 'boolean';
}

export interface ChoiceShape {
  readonly kind: 'choice';
  readonly values: readonly string[];
}

export interface BytesShape {
  readonly kind: 'bytes';
  readonly minOctets: number;
  readonly maxOctets: number;
}

export interface ListShape {
  readonly kind: 'list';
  readonly of: Shape;
  readonly minItems: number;
  readonly maxItems: number;
  /** `true`: no item twice; a name: no two items with the same text in this field. */
  readonly unique: boolean | string;
}

export interface Field {
  readonly shape: Shape;
  /** One line: what it says, in its unit. */
  readonly description: string;
  readonly required: boolean;
}

/** What must hold between fields of one object. */
export type Relation =
  /** Two instants or two days: the first is not after the second. Holds when either is absent. */
  | { readonly kind: 'not-after'; readonly first: string; readonly second: string }
  /** Two integers: the first is not above the second. Holds when either is absent. */
  | { readonly kind: 'not-above'; readonly first: string; readonly second: string }
  /** Octets that hold one entry of a fixed size for each interval of a day. */
  | {
      readonly kind: 'packed-day';
      readonly octets: string;
      readonly octetsEach: number;
      readonly intervalMinutes: string;
    }
  /** At least one of the fields is there. */
  | { readonly kind: 'any-of'; readonly fields: readonly string[] };

export interface ObjectShape {
  readonly kind: 'object';
  readonly fields: Readonly<Record<string, Field>>;
  readonly relations: readonly Relation[];
}

/** One of several objects, told apart by the text in the field `tag`. */
export interface VariantShape {
  readonly kind: 'variant';
  readonly tag: string;
  readonly cases: Readonly<Record<string, ObjectShape>>;
}

/** A shape with a name, shared between messages. */
export interface SharedType {
  readonly kind: 'type';
  /** In PascalCase, unique. */
  readonly name: string;
  readonly description: string;
  readonly of: Shape;
}

export type Shape =
  | TextShape
  | IntegerShape
  | BooleanShape
  | ChoiceShape
  | BytesShape
  | ListShape
  | ObjectShape
  | VariantShape
  | SharedType;

/** What is wrong with a payload: where, and why. It never repeats a value, which may be a secret. */
export interface PayloadProblem {
  /** JSON Pointer (RFC 6901) to the place; empty for the payload itself. Holds names of the schema and indices only. */
  readonly path: string;
  readonly problem: string;
}

/** Undefined when the value fits. */
export type Check = (value: unknown) => PayloadProblem | undefined;
