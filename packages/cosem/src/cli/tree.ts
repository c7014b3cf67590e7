/** A decoded message as a tree that people can read: names for tags, OBIS codes in words, values with their units. */
import type { Apdu } from '../apdu/index.ts';
import type { AttributeDescriptor, MethodDescriptor } from '../apdu/types.ts';
import { toHex } from '../base/bytes.ts';
import { attributeName, className, methodName } from '../classes/naming.ts';
import { formatDate, formatDateTime, formatTime } from '../data/date-text.ts';
import { decodeDateTime } from '../data/date-time.ts';
import { formatQuantity } from '../data/scaler-unit.ts';
import type { Data } from '../data/types.ts';
import { describeObis } from '../obis/describe.ts';
import { formatObis } from '../obis/obis.ts';
import { namePushValues } from '../push/naming.ts';
import { readSecurityHeader } from '../security/suite.ts';
import { printable } from './terminal.ts';

export interface Tree {
  readonly text: string;
  readonly children?: readonly Tree[];
}

/** Lines with guides, two columns a level. */
export function renderTree(tree: Tree, prefix = ''): string {
  const out = [tree.text];
  const { children = [] } = tree;
  children.forEach((child, i) => {
    const last = i === children.length - 1;
    out.push(`${prefix}${last ? '└ ' : '├ '}${renderTree(child, `${prefix}${last ? '  ' : '│ '}`)}`);
  });
  return out.join('\n');
}

const node = (text: string, children: readonly Tree[] = []): Tree => ({ text, children });

/** A value; octets are shown as what they most probably are, and always as octets too. */
export function dataTree(value: Data, label = ''): Tree {
  const head = label === '' ? '' : `${label}: `;
  switch (value.type) {
    case 'array':
    case 'structure':
      return node(
        `${head}${value.type} of ${value.value.length}`,
        value.value.map((item) => dataTree(item)),
      );
    case 'compact-array':
      return node(
        `${head}compact-array of ${value.value.items.length}`,
        value.value.items.map((item) => dataTree(item)),
      );
    case 'octet-string':
      return node(`${head}octet-string ${octetsText(value.value)}`);
    case 'visible-string':
    case 'utf8-string':
      return node(`${head}${value.type} "${printable(value.value)}"`);
    case 'date-time':
      return node(`${head}date-time ${formatDateTime(value.value)}`);
    case 'date':
      return node(`${head}date ${formatDate(value.value)}`);
    case 'time':
      return node(`${head}time ${formatTime(value.value)}`);
    case 'null-data':
    case 'dont-care':
      return node(`${head}${value.type}`);
    default:
      return node(`${head}${value.type} ${String(value.value)}`);
  }
}

function octetsText(octets: Uint8Array): string {
  const hex = octets.length === 0 ? '(empty)' : toHex(octets);
  if (octets.length === 6 && octets[5] === 255)
    return `${hex}  ${formatObis(octets)} ${describeObis(octets)}`;
  if (octets.length === 12) {
    try {
      return `${hex}  ${formatDateTime(decodeDateTime(octets))}`;
    } catch {
      return hex;
    }
  }
  const isText = octets.length > 2 && octets.every((octet) => octet >= 0x20 && octet < 0x7f);
  return isText ? `${hex}  "${new TextDecoder('latin1').decode(octets)}"` : hex;
}

function target(item: {
  classId: number;
  instance: Uint8Array;
  attribute?: number;
  method?: number;
}): string {
  const { classId, instance, attribute, method } = item;
  const what = attribute !== undefined ? attributeName(classId, attribute) : methodName(classId, method ?? 0);
  const index = attribute ?? method;
  return `${formatObis(instance)}:${index} ${describeObis(instance)}, ${what} (${className(classId)})`;
}

const isTarget = (value: object): value is AttributeDescriptor | MethodDescriptor =>
  'classId' in value && 'instance' in value && ('attribute' in value || 'method' in value);

const isData = (value: object): value is Data =>
  'type' in value && typeof value.type === 'string' && 'value' in value;

/** A field of an APDU, whatever it is: values by their types, targets by their names, the rest by shape. */
function fieldTree(name: string, value: unknown): Tree {
  if (value instanceof Uint8Array) return node(`${name}: ${octetsText(value)}`);
  if (typeof value !== 'object' || value === null) return node(`${name}: ${printable(String(value))}`);
  if (Array.isArray(value)) {
    if (value.every((item) => typeof item === 'string'))
      return node(`${name}: ${value.join(', ') || 'none'}`);
    return node(
      `${name}: ${value.length}`,
      value.map((item, i) => fieldTree(String(i + 1), item)),
    );
  }
  if (isTarget(value)) {
    const named = new Set(['classId', 'instance', 'attribute', 'method']);
    const rest = Object.entries(value).filter(([field]) => !named.has(field));
    return node(`${name}: ${target(value)}`, fieldsOf(Object.fromEntries(rest)));
  }
  if (isData(value)) return dataTree(value, name);
  return node(name, fieldsOf(value as Record<string, unknown>));
}

const fieldsOf = (value: Readonly<Record<string, unknown>>) =>
  Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .map(([name, field]) => fieldTree(name, field));

/** Security header of a ciphered service in words. */
function protectionText(service: Uint8Array): string {
  const { control, counter } = readSecurityHeader(service);
  const how = [control.authenticated && 'authenticated', control.encrypted && 'encrypted']
    .filter(Boolean)
    .join(' and ');
  const key = control.keySet === 'broadcast' ? ', broadcast key' : '';
  return `suite ${control.suite}, ${how || 'neither authenticated nor encrypted'}${key}, counter ${counter}`;
}

/** An APDU as a tree. A ciphered one shows its envelope; what was inside comes as `inner`. */
export function apduTree(apdu: Apdu, inner?: Tree): Tree {
  const { type, ...fields } = apdu;
  if ('service' in fields && fields.service instanceof Uint8Array) {
    const { service, ...rest } = fields;
    const children = [...fieldsOf(rest), node(headerText(service))];
    return node(type, inner === undefined ? children : [...children, inner]);
  }
  if (apdu.type === 'data-notification') return notificationTree(apdu);
  if ('choice' in fields && typeof fields.choice === 'string') {
    const { choice, ...rest } = fields;
    return node(`${type} ${choice}`, [...fieldsOf(rest), ...(inner ? [inner] : [])]);
  }
  return node(type, [...fieldsOf(fields), ...(inner ? [inner] : [])]);
}

function headerText(service: Uint8Array): string {
  try {
    return `protection: ${protectionText(service)}, ${service.length} octets`;
  } catch {
    return `protection: ${service.length} octets, with no readable header`;
  }
}

function notificationTree(apdu: Extract<Apdu, { type: 'data-notification' }>): Tree {
  const { type, body, ...rest } = apdu;
  const values = namePushValues(body).map(({ obis, name, quantity, value }) => {
    const title = obis === undefined ? '' : `${obis} ${name}`;
    return quantity === undefined ? dataTree(value, title) : node(`${title}: ${formatQuantity(quantity)}`);
  });
  return node(type, [...fieldsOf(rest), node('values', values)]);
}
