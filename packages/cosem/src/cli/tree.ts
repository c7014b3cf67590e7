/** A decoded message as a tree that people can read: names for tags, OBIS codes in words, values with their units. */
import type { Apdu } from '../apdu/index.ts';
import type { AttributeDescriptor, MethodDescriptor } from '../apdu/types.ts';
import { attributeName, className, methodName } from '../classes/naming.ts';
import { formatDate, formatTime } from '../data/date-text.ts';
import { formatQuantity } from '../data/scaler-unit.ts';
import type { Data } from '../data/types.ts';
import { describeObis } from '../obis/describe.ts';
import { formatObis } from '../obis/obis.ts';
import { namePushValues } from '../push/naming.ts';
import { readSecurityHeader } from '../security/suite.ts';
import { printable } from './terminal.ts';
import { dateTimeText, maxOctetsInLine, octetLines, octetsText, titleText } from './text.ts';

/** One line and what belongs under it. */
export interface Tree {
  readonly text: string;
  readonly children?: readonly Tree[];
}

/** Lines with guides, two columns a level. */
export function renderTree(tree: Tree): string {
  const lines: string[] = [];
  writeTree(lines, tree, '', '');
  return lines.join('\n');
}

function writeTree(lines: string[], { text, children = [] }: Tree, head: string, prefix: string): void {
  lines.push(`${head}${text}`);
  children.forEach((child, i) => {
    const last = i === children.length - 1;
    writeTree(lines, child, `${prefix}${last ? '└ ' : '├ '}`, `${prefix}${last ? '  ' : '│ '}`);
  });
}

const node = (text: string, children: readonly Tree[] = []): Tree => ({ text, children });

/** Octets under a label: in its line, or in lines below where they are long. */
export function octetsTree(label: string, octets: Uint8Array): Tree {
  if (octets.length <= maxOctetsInLine) return node(`${label} ${octetsText(octets)}`);
  return node(
    `${label} ${octets.length} octets`,
    octetLines(octets).map((line) => node(line)),
  );
}

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
      return octetsTree(`${head}octet-string`, value.value);
    case 'visible-string':
    case 'utf8-string':
      return node(`${head}${value.type} "${printable(value.value)}"`);
    case 'date-time':
      return node(`${head}date-time ${dateTimeText(value.value)}`);
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

/** Words of a name in the program as words of a sentence: `systemTitle` becomes `system title`. */
const wordsOf = (name: string) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** A field of an APDU, whatever it is: values by their types, targets by their names, the rest by shape. */
function fieldTree(name: string, value: unknown): Tree {
  const label = wordsOf(name);
  if (value instanceof Uint8Array) {
    if (/title$/i.test(name)) return node(`${label}: ${titleText(value)}`);
    return octetsTree(`${label}:`, value);
  }
  if (typeof value !== 'object' || value === null) return node(`${label}: ${printable(String(value))}`);
  if (Array.isArray(value)) {
    if (value.every((item) => typeof item === 'string'))
      return node(`${label}: ${value.join(', ') || 'none'}`);
    return node(
      `${label}: ${value.length}`,
      value.map((item, i) => fieldTree(String(i + 1), item)),
    );
  }
  if (isTarget(value)) {
    const named = new Set(['classId', 'instance', 'attribute', 'method']);
    const rest = Object.entries(value).filter(([field]) => !named.has(field));
    return node(`${label}: ${target(value)}`, fieldsOf(Object.fromEntries(rest)));
  }
  if (isData(value)) return dataTree(value, label);
  const chosen = chosenField(value);
  if (chosen !== undefined) return fieldTree(name, chosen);
  return flatLine(label, value) ?? node(label, fieldsOf(value as Record<string, unknown>));
}

/** The one field of a CHOICE whose name says nothing that the field does not say. */
function chosenField(value: object): unknown {
  const [[first, choice] = [], [field, chosen] = [], more] = Object.entries(value);
  if (first !== 'choice' || field === undefined || more !== undefined) return undefined;
  return field === 'value' || wordsOf(field).replaceAll(' ', '-') === choice ? chosen : undefined;
}

/** An object of plain fields in one line: `invoke: invoke id 7, confirmed`. */
function flatLine(label: string, value: object): Tree | undefined {
  const fields = Object.entries(value).filter(([, item]) => item !== undefined);
  const isFlat = fields.every(([, item]) => ['number', 'boolean', 'string'].includes(typeof item));
  if (!isFlat || fields.length === 0) return undefined;
  const words = fields
    .filter(([, item]) => item !== false)
    .map(([field, item]) => {
      if (item === true) return wordsOf(field);
      return field === 'choice' ? String(item) : `${wordsOf(field)} ${printable(String(item))}`;
    });
  return node(`${label}: ${words.join(', ') || 'none'}`);
}

const fieldsOf = (value: Readonly<Record<string, unknown>>) =>
  Object.entries(value)
    .filter(([, field]) => field !== undefined && !(field instanceof Uint8Array && field.length === 0))
    .map(([name, field]) => fieldTree(name, field));

/** Security header of a ciphered service in words. */
function protectionText(service: Uint8Array): string {
  const { control, counter } = readSecurityHeader(service);
  const how = [control.authenticated && 'authenticated', control.encrypted && 'encrypted']
    .filter(Boolean)
    .join(' and ');
  const key = control.keySet === 'broadcast' ? ', broadcast key' : '';
  const compressed = control.compressed ? ', compressed' : '';
  return `suite ${control.suite}, ${how || 'neither authenticated nor encrypted'}${key}${compressed}, counter ${counter}`;
}

/** An APDU as a tree. A ciphered or signed one shows its envelope; what was inside comes as `inner`. */
export function apduTree(apdu: Apdu, inner?: Tree): Tree {
  const { type, ...fields } = apdu;
  const under = inner === undefined ? [] : [inner];
  if (apdu.type === 'data-notification') return notificationTree(apdu);
  if ('service' in fields && fields.service instanceof Uint8Array) {
    const { service, ...rest } = fields;
    const text = inner === undefined ? [octetsTree('octets:', service)] : under;
    return node(type, [...fieldsOf(rest), node(headerText(service)), ...text]);
  }
  if (inner !== undefined) {
    // The content is shown decoded; its octets would say the same again.
    const shown = Object.entries(fields).filter(([name]) => name !== 'content' && name !== 'userInformation');
    return node(type, [...fieldsOf(Object.fromEntries(shown)), ...under]);
  }
  if ('choice' in fields && typeof fields.choice === 'string') {
    const { choice, ...rest } = fields;
    return node(`${type} ${choice}`, fieldsOf(rest));
  }
  return node(type, fieldsOf(fields));
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
