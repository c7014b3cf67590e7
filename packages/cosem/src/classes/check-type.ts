/** Checks a value against a type of the class tables. */
import type { Data } from '../data/types.ts';
import { raiseClasses } from './errors.ts';
import { type CosemType, formatType } from './type-language.ts';

/** Where a value differs from its type; the path is like `[3].access_rights.attribute_access[0]`. */
export interface TypeMismatch {
  readonly ok: false;
  readonly path: string;
  readonly reason: string;
}

/** Whether a value is of a type, and if not, why and where. */
export type TypeCheck = { readonly ok: true } | TypeMismatch;

const fits: TypeCheck = { ok: true };

function differs(path: string, reason: string): TypeMismatch {
  return { ok: false, path, reason };
}

/**
 * Whether a value has the given type (IEC 62056-6-2, attribute and method descriptions): tags, number of fields,
 * lengths, ranges and names of enumerations. The first difference is reported with its path. Recursion is bounded by
 * the type, not by the value.
 */
export function checkType(type: CosemType, value: Data, path = ''): TypeCheck {
  switch (type.kind) {
    case 'any':
      return fits;
    case 'simple':
      return checkSimple(type, value, path);
    case 'enum':
      return checkEnum(type, value, path);
    case 'flags':
      return value.type === 'bit-string'
        ? fits
        : differs(path, `${value.type} instead of ${formatType(type)}`);
    case 'structure':
      return checkStructure(type, value, path);
    case 'array':
      return checkArray(type, value, path);
    case 'choice':
      return checkChoice(type, value, path);
  }
}

/** As {@link checkType}, but throws `classes/type` where the value differs. */
export function expectType(type: CosemType, value: Data, path = ''): void {
  const result = checkType(type, value, path);
  if (!result.ok) throw raiseClasses('type', result.reason, { path: result.path });
}

function checkSimple(type: Extract<CosemType, { kind: 'simple' }>, value: Data, path: string): TypeCheck {
  if (value.type !== type.type) return differs(path, `${value.type} instead of ${formatType(type)}`);
  const content: unknown = value.value;
  if (typeof content === 'number' || typeof content === 'bigint') {
    if (type.min !== undefined && content < type.min) return differs(path, `${content} is under ${type.min}`);
    if (type.max !== undefined && content > type.max) return differs(path, `${content} is over ${type.max}`);
  } else if (typeof content === 'string' || content instanceof Uint8Array) {
    const { length } = content;
    const shortest = type.minLength ?? 0;
    if (length < shortest) return differs(path, `length ${length} is under ${shortest}`);
    if (type.maxLength !== undefined && length > type.maxLength)
      return differs(path, `length ${length} is over ${type.maxLength}`);
  }
  return fits;
}

function checkEnum(type: Extract<CosemType, { kind: 'enum' }>, value: Data, path: string): TypeCheck {
  if (value.type !== 'enum') return differs(path, `${value.type} instead of enum`);
  if (type.open === true || type.names[value.value] !== undefined) return fits;
  return differs(path, `${value.value} is not one of ${formatType(type, true)}`);
}

function checkStructure(
  type: Extract<CosemType, { kind: 'structure' }>,
  value: Data,
  path: string,
): TypeCheck {
  if (value.type !== 'structure') return differs(path, `${value.type} instead of ${formatType(type)}`);
  const { fields } = type;
  const required = fields.filter((field) => field.optional !== true).length;
  const { length } = value.value;
  if (length < required || length > fields.length) {
    const wanted = required === fields.length ? `${required}` : `${required}..${fields.length}`;
    return differs(path, `${length} fields instead of ${wanted}`);
  }
  for (let i = 0; i < length; i++) {
    const field = fields[i]!;
    const result = checkType(field.type, value.value[i]!, path === '' ? field.name : `${path}.${field.name}`);
    if (!result.ok) return result;
  }
  return fits;
}

function checkArray(type: Extract<CosemType, { kind: 'array' }>, value: Data, path: string): TypeCheck {
  if (value.type !== 'array' && value.type !== 'compact-array')
    return differs(path, `${value.type} instead of ${formatType(type)}`);
  const items = value.type === 'array' ? value.value : value.value.items;
  if (type.maxItems !== undefined && items.length > type.maxItems)
    return differs(path, `${items.length} items are more than ${type.maxItems}`);
  for (let i = 0; i < items.length; i++) {
    const result = checkType(type.of, items[i]!, `${path}[${i}]`);
    if (!result.ok) return result;
  }
  return fits;
}

/** Of the options that do not fit, the one that got deepest says most. */
function checkChoice(type: Extract<CosemType, { kind: 'choice' }>, value: Data, path: string): TypeCheck {
  let best: TypeMismatch | undefined;
  for (const option of type.of) {
    const result = checkType(option, value, path);
    if (result.ok) return fits;
    const better = result.path.length > (best?.path.length ?? path.length);
    const sameTag = option.kind === 'simple' && option.type === value.type;
    if (better || (sameTag && best === undefined)) best = result;
  }
  return best ?? differs(path, `${value.type} instead of ${formatType(type)}`);
}
