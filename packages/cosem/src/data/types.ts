/**
 * The COSEM data types as plain values: the CHOICE `Data` of IEC 62056-5-3 (A-XDR) and IEC 62056-6-2 (common data
 * types). A value that was decoded may share memory with the input (octet strings are views); copy what must outlive it.
 */

/** Day of the calendar with the wildcards of IEC 62056-6-2; `undefined` is "not specified" (FF, or FFFF for the year). */
export interface CosemDate {
  readonly year: number | undefined;
  /** 1..12, or when daylight saving time ends (FD) or begins (FE). */
  readonly month: number | 'dst-end' | 'dst-begin' | undefined;
  /** 1..31, or the last (FE) or last but one (FD) day of the month. */
  readonly dayOfMonth: number | 'last' | 'second-last' | undefined;
  /** 1 is Monday, 7 is Sunday. */
  readonly dayOfWeek: number | undefined;
}

/** Time of day; `undefined` is "not specified" (FF). */
export interface CosemTime {
  readonly hour: number | undefined;
  readonly minute: number | undefined;
  readonly second: number | undefined;
  readonly hundredths: number | undefined;
}

/** The clock status octet, bit by bit (IEC 62056-6-2, clock_status). */
export interface ClockStatus {
  readonly invalidValue: boolean;
  readonly doubtfulValue: boolean;
  readonly differentClockBase: boolean;
  readonly invalidClockStatus: boolean;
  readonly daylightSavingActive: boolean;
  /** Bits 4..6, reserved, as they were received (a number 0..7). */
  readonly reserved: number;
}

/** Date, time, distance from UTC and clock status. */
export interface CosemDateTime extends CosemDate, CosemTime {
  /**
   * Minutes to add to local time to get UTC (IEC 62056-6-2: Central European winter time is -60), -720..840;
   * `undefined` is "not specified" (8000).
   */
  readonly deviationMinutes: number | undefined;
  /** `undefined` is "not specified" (FF). */
  readonly status: ClockStatus | undefined;
}

/** The description of what a compact array holds; sizes of strings are with the contents, not here. */
export type TypeDescription =
  | { readonly type: SimpleDataType }
  | { readonly type: 'array'; readonly count: number; readonly element: TypeDescription }
  | { readonly type: 'structure'; readonly elements: readonly TypeDescription[] };

/** A compact array, expanded: every item matches the description. */
export interface CompactArray {
  readonly description: TypeDescription;
  readonly items: readonly Data[];
}

/** What a value of each type looks like in TypeScript. */
export interface DataValues {
  'null-data': null;
  array: readonly Data[];
  structure: readonly Data[];
  boolean: boolean;
  /** Text of `0` and `1`, first bit first. */
  'bit-string': string;
  'double-long': number;
  'double-long-unsigned': number;
  'octet-string': Uint8Array;
  /** One character an octet (ISO 8859-1 where a peer leaves ASCII). */
  'visible-string': string;
  'utf8-string': string;
  /** The octet itself, as a signed integer; what its digits are is the object's own convention. */
  bcd: number;
  integer: number;
  long: number;
  unsigned: number;
  'long-unsigned': number;
  'compact-array': CompactArray;
  long64: bigint;
  'long64-unsigned': bigint;
  enum: number;
  float32: number;
  float64: number;
  'date-time': CosemDateTime;
  date: CosemDate;
  time: CosemTime;
  'delta-integer': number;
  'delta-long': number;
  'delta-double-long': number;
  'delta-unsigned': number;
  'delta-long-unsigned': number;
  'delta-double-long-unsigned': number;
  'dont-care': null;
}

/** The name of a type in the CHOICE `Data`. */
export type DataType = keyof DataValues;
/** Every type but those that contain others. */
export type SimpleDataType = Exclude<DataType, 'array' | 'structure' | 'compact-array'>;

/** One value of the given type. */
export type DataOf<T extends DataType> = { readonly type: T; readonly value: DataValues[T] };

/** Any COSEM value: a union over {@link DataValues}, told apart by `type`. */
export type Data = { [T in DataType]: DataOf<T> }[DataType];

/** The A-XDR tag of each type (IEC 62056-5-3, `Data`). */
export const dataTags = {
  'null-data': 0,
  array: 1,
  structure: 2,
  boolean: 3,
  'bit-string': 4,
  'double-long': 5,
  'double-long-unsigned': 6,
  'octet-string': 9,
  'visible-string': 10,
  'utf8-string': 12,
  bcd: 13,
  integer: 15,
  long: 16,
  unsigned: 17,
  'long-unsigned': 18,
  'compact-array': 19,
  long64: 20,
  'long64-unsigned': 21,
  enum: 22,
  float32: 23,
  float64: 24,
  'date-time': 25,
  date: 26,
  time: 27,
  'delta-integer': 28,
  'delta-long': 29,
  'delta-double-long': 30,
  'delta-unsigned': 31,
  'delta-long-unsigned': 32,
  'delta-double-long-unsigned': 33,
  'dont-care': 255,
} as const satisfies Record<DataType, number>;

/** The type of each tag; holes where the standard has none. */
export const dataTypeOfTag: readonly (DataType | undefined)[] = Array.from({ length: 256 }, (_, tag) =>
  (Object.keys(dataTags) as DataType[]).find((type) => dataTags[type] === tag),
);

/** `null-data`, shared. */
export const nullData: DataOf<'null-data'> = { type: 'null-data', value: null };

/** Builds one value, checked by the compiler: `data('long-unsigned', 230)`. */
export function data<T extends DataType>(type: T, value: DataValues[T]): DataOf<T> {
  return { type, value };
}
