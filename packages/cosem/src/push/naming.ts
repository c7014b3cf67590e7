/**
 * Names for pushed values (IEC 62056-6-2, Push setup): where a message carries its own push_object_list, or pairs of
 * OBIS code and value as HAN ports push them, every value gets its name, and its unit where that came along.
 */
import { attributeName, className } from '../classes/naming.ts';
import type { CaptureObject } from '../classes/typed/references.ts';
import { applyScaler, type Quantity, type ScalerUnit } from '../data/scaler-unit.ts';
import type { Data } from '../data/types.ts';
import { describeObis } from '../obis/describe.ts';
import { formatObis } from '../obis/obis.ts';

/** One pushed value. */
export interface PushValue {
  readonly value: Data;
  /** Where the message or the caller says which object it is from. */
  readonly obis: string | undefined;
  /** Where the attribute is known too. */
  readonly classId: number | undefined;
  readonly attribute: number | undefined;
  /** In words; empty where nothing is known. */
  readonly name: string;
  /** Scaled, where scaler and unit came with the value. */
  readonly quantity: Quantity | undefined;
}

/** A place in a push_object_list. */
export type PushColumn = Pick<CaptureObject, 'classId' | 'logicalName' | 'attributeIndex'>;

/** Fewest and most fields of an element of push_object_list over the versions of the class. */
const definitionFields = { least: 4, most: 6 } as const;

/**
 * Takes the body of a notification apart. In: the body, and the list of the device where the caller knows it.
 * Out: values in the order of the message.
 */
export function namePushValues(body: Data, known?: readonly PushColumn[]): PushValue[] {
  const items = itemsOf(body);
  if (items === undefined) return [unnamed(body)];
  const own = items[0] === undefined ? undefined : columnsOf(items[0]);
  if (own !== undefined && own.length === items.length)
    return items.map((item, i) => byColumn(item, own[i]!));
  if (known !== undefined && known.length === items.length) {
    return items.map((item, i) => byColumn(item, known[i]!));
  }
  if (items.length > 0 && items.every(isTriple)) return items.map(byTriple);
  return byPairs(items);
}

function itemsOf(value: Data): readonly Data[] | undefined {
  if (value.type === 'structure' || value.type === 'array') return value.value;
  if (value.type === 'compact-array') return value.value.items;
  return undefined;
}

/** The columns where a value is a push_object_list. */
function columnsOf(value: Data): PushColumn[] | undefined {
  if (value.type !== 'array' || value.value.length === 0) return undefined;
  const columns: PushColumn[] = [];
  for (const item of value.value) {
    if (item.type !== 'structure') return undefined;
    const { length } = item.value;
    if (length < definitionFields.least || length > definitionFields.most) return undefined;
    const [classId, name, attribute, index] = item.value;
    if (
      classId?.type !== 'long-unsigned' ||
      attribute?.type !== 'integer' ||
      index?.type !== 'long-unsigned'
    ) {
      return undefined;
    }
    const logicalName = obisOf(name);
    if (logicalName === undefined) return undefined;
    columns.push({ classId: classId.value, logicalName, attributeIndex: attribute.value });
  }
  return columns;
}

function obisOf(value: Data | undefined): string | undefined {
  return value?.type === 'octet-string' && value.value.length === 6 ? formatObis(value.value) : undefined;
}

function byColumn(value: Data, column: PushColumn): PushValue {
  const { classId, logicalName: obis, attributeIndex: attribute } = column;
  const name = `${className(classId)}, ${describeObis(obis)}, ${attributeName(classId, attribute)}`;
  return { value, obis, classId, attribute, name, quantity: undefined };
}

/** A structure of OBIS code, value and perhaps scaler and unit. */
function isTriple(item: Data): boolean {
  if (item.type !== 'structure' || item.value.length < 2 || item.value.length > 3) return false;
  const [name, , unit] = item.value;
  return obisOf(name) !== undefined && (unit === undefined || scalerUnitOf(unit) !== undefined);
}

function byTriple(item: Data): PushValue {
  const [name, value, unit] = item.value as readonly Data[];
  return withObis(obisOf(name)!, value!, unit === undefined ? undefined : scalerUnitOf(unit));
}

/** Values one after the other, some of them behind an OBIS code and before a scaler and unit. */
function byPairs(items: readonly Data[]): PushValue[] {
  const values: PushValue[] = [];
  for (let i = 0; i < items.length; i++) {
    const item = items[i]!;
    const obis = obisOf(item);
    const next = items[i + 1];
    if (obis === undefined || next === undefined) {
      values.push(unnamed(item));
      continue;
    }
    i += 1;
    const after = items[i + 1];
    const scalerUnit = after === undefined ? undefined : scalerUnitOf(after);
    if (scalerUnit !== undefined) i += 1;
    values.push(withObis(obis, next, scalerUnit));
  }
  return values;
}

function scalerUnitOf(value: Data): ScalerUnit | undefined {
  if (value.type !== 'structure' || value.value.length !== 2) return undefined;
  const [scaler, unit] = value.value;
  if (scaler?.type !== 'integer' || unit?.type !== 'enum') return undefined;
  return { scaler: scaler.value, unit: unit.value };
}

function withObis(obis: string, value: Data, scalerUnit: ScalerUnit | undefined): PushValue {
  const quantity = scalerUnit !== undefined && isNumber(value) ? applyScaler(value, scalerUnit) : undefined;
  return { value, obis, classId: undefined, attribute: undefined, name: describeObis(obis), quantity };
}

const numberTypes = new Set<Data['type']>([
  'integer',
  'long',
  'double-long',
  'unsigned',
  'long-unsigned',
  'double-long-unsigned',
  'long64',
  'long64-unsigned',
]);

function isNumber(value: Data): boolean {
  if (value.type === 'float32' || value.type === 'float64') return Number.isFinite(value.value);
  return numberTypes.has(value.type);
}

function unnamed(value: Data): PushValue {
  return { value, obis: undefined, classId: undefined, attribute: undefined, name: '', quantity: undefined };
}
