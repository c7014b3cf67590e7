/** Selective access to the buffer of Profile generic (IEC 62056-6-2, Profile generic, selective access). */
import type { CosemDateTime, Data } from '../../data/types.ts';
import { anyData, type Codec, dateTime, doubleLongUnsigned, longUnsigned, record } from './codec.ts';
import { type CaptureObject, captureObject, captureObjects } from './references.ts';

/** A selector and its parameters, as a Get or Set request carries them. */
export interface SelectiveAccess {
  readonly selector: number;
  readonly parameters: Data;
}

/** range_descriptor, selector 1: rows whose restricting column lies in the range, ends included. */
export interface RangeDescriptor {
  readonly restrictingObject: CaptureObject;
  readonly from: Data;
  readonly to: Data;
  /** The columns wanted; none stands for all. */
  readonly columns: readonly CaptureObject[];
}

export const rangeDescriptor: Codec<RangeDescriptor> = record<RangeDescriptor>('range_descriptor', {
  restrictingObject: ['restricting_object', captureObject],
  from: ['from_value', anyData],
  to: ['to_value', anyData],
  columns: ['selected_values', captureObjects],
});

/** entry_descriptor, selector 2: rows and columns by position, from 1, ends included; 0 as an end is the last. */
export interface EntryDescriptor {
  readonly fromEntry: number;
  readonly toEntry: number;
  readonly fromColumn: number;
  readonly toColumn: number;
}

export const entryDescriptor: Codec<EntryDescriptor> = record<EntryDescriptor>('entry_descriptor', {
  fromEntry: ['from_entry', doubleLongUnsigned],
  toEntry: ['to_entry', doubleLongUnsigned],
  fromColumn: ['from_selected_value', longUnsigned],
  toColumn: ['to_selected_value', longUnsigned],
});

/** Selector numbers of Profile generic. */
export const rangeSelector = 1;
export const entrySelector = 2;

/** The time of the default clock, the column that profiles are usually restricted by. */
export const clockColumn: CaptureObject = {
  classId: 8,
  logicalName: '0.0.1.0.0.255',
  attributeIndex: 2,
  dataIndex: 0,
};

/** Selects rows by a range of any column. @throws `classes/value`, `obis/*` */
export function selectRange(range: RangeDescriptor): SelectiveAccess {
  return { selector: rangeSelector, parameters: rangeDescriptor.encode(range) };
}

/** Selects rows by time; `columns` empty is all, `restrictingObject` where the profile has another clock. */
export function selectTimes(
  from: CosemDateTime,
  to: CosemDateTime,
  columns: readonly CaptureObject[] = [],
  restrictingObject: CaptureObject = clockColumn,
): SelectiveAccess {
  return selectRange({ restrictingObject, from: dateTime.encode(from), to: dateTime.encode(to), columns });
}

/** Selects rows and columns by position. @throws `classes/value` */
export function selectEntries(fromEntry: number, toEntry = 0, fromColumn = 1, toColumn = 0): SelectiveAccess {
  const parameters = entryDescriptor.encode({ fromEntry, toEntry, fromColumn, toColumn });
  return { selector: entrySelector, parameters };
}
