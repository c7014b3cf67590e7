/** Random values and APDUs for property tests, and octets for fuzzing, all from a seed. */
import fc from 'fast-check';
import type { Apdu } from '../src/apdu/index.ts';
import {
  actionResults,
  applicationContextNames,
  associationResults,
  conformanceBits,
  dataAccessResults,
  mechanismNames,
  providerDiagnostics,
  serviceErrorNames,
  serviceErrors,
  userDiagnostics,
} from '../src/apdu/names.ts';
import type { PlainApdu } from '../src/apdu/types.ts';
import type {
  CompactArray,
  CosemDate,
  CosemDateTime,
  CosemTime,
  Data,
  TypeDescription,
} from '../src/data/types.ts';

type Model<T> = { [K in keyof T]: fc.Arbitrary<T[K]> };
function record<T>(model: Model<T>): fc.Arbitrary<T>;
function record<T, K extends keyof T>(
  model: Model<T>,
  keys: { readonly requiredKeys: K[] },
): fc.Arbitrary<Partial<T> & Pick<T, K>>;
/** Records with the prototype that decoded objects have, so that they compare equal. */
function record(model: Model<Record<string, unknown>>, keys?: { readonly requiredKeys: string[] }) {
  return fc.record(model, { ...keys, noNullPrototype: true } as never);
}

const octet = fc.integer({ min: 0, max: 0xff });
const u16 = fc.integer({ min: 0, max: 0xffff });
const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const signed = (bits: number) => fc.integer({ min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 });
export const octets = fc.uint8Array({ maxLength: 40 });
const octetsOf = (size: number) => fc.uint8Array({ minLength: size, maxLength: size });
const bits = fc.array(fc.constantFrom('0', '1'), { maxLength: 40 }).map((list) => list.join(''));
const orNot = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
/** A field octet that is neither FF nor, for months and days, one of the other wildcards. */
const fieldOctet = fc.integer({ min: 0, max: 0xfc });

const date: fc.Arbitrary<CosemDate> = record({
  year: orNot(fc.integer({ min: 0, max: 0xfffe })),
  month: orNot(fc.oneof(fieldOctet, fc.constantFrom('dst-begin' as const, 'dst-end' as const))),
  dayOfMonth: orNot(fc.oneof(fieldOctet, fc.constantFrom('last' as const, 'second-last' as const))),
  dayOfWeek: orNot(fc.integer({ min: 0, max: 0xfe })),
});
const time: fc.Arbitrary<CosemTime> = record({
  hour: orNot(fieldOctet),
  minute: orNot(fieldOctet),
  second: orNot(fieldOctet),
  hundredths: orNot(fieldOctet),
});
const status = record({
  invalidValue: fc.boolean(),
  doubtfulValue: fc.boolean(),
  differentClockBase: fc.boolean(),
  invalidClockStatus: fc.boolean(),
  daylightSavingActive: fc.boolean(),
  // 7 together with all other bits would be FF, not specified.
  reserved: fc.integer({ min: 0, max: 6 }),
});
/** Any date-time that octets can say, sensible or not. */
export const dateTime: fc.Arbitrary<CosemDateTime> = fc
  .tuple(
    date,
    time,
    record({
      deviationMinutes: orNot(fc.integer({ min: -0x7fff, max: 0x7fff })),
      status: orNot(status),
    }),
  )
  .map(([d, t, rest]) => ({ ...d, ...t, ...rest }));

/** Every type without elements, by name. */
const simple = {
  'null-data': fc.constant(null),
  boolean: fc.boolean(),
  'bit-string': bits,
  'double-long': signed(32),
  'double-long-unsigned': u32,
  'octet-string': fc.oneof(octets, fc.uint8Array({ minLength: 120, maxLength: 300 })),
  'visible-string': fc.array(octet, { maxLength: 30 }).map((list) => String.fromCharCode(...list)),
  'utf8-string': fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => text.isWellFormed()),
  bcd: signed(8),
  integer: signed(8),
  long: signed(16),
  unsigned: octet,
  'long-unsigned': u16,
  long64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  'long64-unsigned': fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  enum: octet,
  float32: fc.float(),
  float64: fc.double(),
  'date-time': dateTime,
  date,
  time,
  'delta-integer': signed(8),
  'delta-long': signed(16),
  'delta-double-long': signed(32),
  'delta-unsigned': octet,
  'delta-long-unsigned': u16,
  'delta-double-long-unsigned': u32,
  'dont-care': fc.constant(null),
} as const;
type Simple = keyof typeof simple;
const simpleTypes = Object.keys(simple) as Simple[];

const simpleOf = (type: Simple): fc.Arbitrary<Data> =>
  (simple[type] as fc.Arbitrary<unknown>).map((value) => ({ type, value }) as Data);

const sized = simpleTypes.filter((type) => type !== 'null-data' && type !== 'dont-care');
const description: fc.Arbitrary<TypeDescription> = fc.letrec<{ any: TypeDescription }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 2 },
    fc.constantFrom(...sized).map((type) => ({ type })),
    record({
      type: fc.constant('array' as const),
      count: fc.integer({ min: 1, max: 3 }),
      element: tie('any'),
    }),
    fc
      .tuple(
        tie('any'),
        fc.array(fc.oneof(tie('any'), fc.constant({ type: 'null-data' as const })), { maxLength: 3 }),
      )
      .map(([first, more]) => ({ type: 'structure' as const, elements: [first, ...more] })),
  ),
})).any;

function described(what: TypeDescription): fc.Arbitrary<Data> {
  if (what.type === 'array') {
    const size = { minLength: what.count, maxLength: what.count };
    return fc.array(described(what.element), size).map((value) => ({ type: 'array', value }));
  }
  if (what.type === 'structure') {
    return fc.tuple(...what.elements.map(described)).map((value) => ({ type: 'structure', value }));
  }
  return simpleOf(what.type);
}

const compactArray: fc.Arbitrary<CompactArray> = description.chain((what) =>
  fc.array(described(what), { maxLength: 4 }).map((items) => ({ description: what, items })),
);

/** Any value of any type. */
export const data: fc.Arbitrary<Data> = fc.letrec<{ any: Data }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    ...simpleTypes.map((type) => simpleOf(type)),
    compactArray.map((value) => ({ type: 'compact-array' as const, value })),
    fc.array(tie('any'), { maxLength: 5 }).map((value) => ({ type: 'array' as const, value })),
    fc.array(tie('any'), { maxLength: 5 }).map((value) => ({ type: 'structure' as const, value })),
  ),
})).any;

const names = <T extends Readonly<Record<string, number>>>(table: T) =>
  fc.oneof(
    fc.constantFrom(...(Object.keys(table) as (keyof T & string)[])),
    octet
      .filter((value) => !Object.values(table).includes(value))
      .map((value): `unknown-${number}` => `unknown-${value}`),
  );
const invoke = record(
  {
    invokeId: fc.integer({ min: 0, max: 15 }),
    confirmed: fc.boolean(),
    highPriority: fc.boolean(),
    reserved: fc.integer({ min: 1, max: 3 }),
  },
  { requiredKeys: ['invokeId', 'confirmed', 'highPriority'] },
);
const longInvoke = record(
  {
    invokeId: fc.integer({ min: 0, max: 0xff_ffff }),
    selfDescriptive: fc.boolean(),
    breakOnError: fc.boolean(),
    confirmed: fc.boolean(),
    highPriority: fc.boolean(),
    reserved: fc.integer({ min: 1, max: 15 }),
  },
  { requiredKeys: ['invokeId', 'selfDescriptive', 'breakOnError', 'confirmed', 'highPriority'] },
);
const attribute = record({ classId: u16, instance: octetsOf(6), attribute: signed(8) });
const method = record({ classId: u16, instance: octetsOf(6), method: signed(8) });
const selection = record({ selector: octet, parameters: data });
const selected = record({ descriptor: attribute, selection }, { requiredKeys: ['descriptor'] });
const dataAccessResult = names(dataAccessResults);
const actionResult = names(actionResults);
const getDataResult = fc.oneof(
  record({ choice: fc.constant('data' as const), data }),
  record({ choice: fc.constant('data-access-result' as const), result: dataAccessResult }),
);
const block = record({ lastBlock: fc.boolean(), blockNumber: u32, rawData: octets });
const getBlock = record({
  lastBlock: fc.boolean(),
  blockNumber: u32,
  result: fc.oneof(
    record({ choice: fc.constant('raw-data' as const), rawData: octets }),
    record({ choice: fc.constant('data-access-result' as const), result: dataAccessResult }),
  ),
});
const reply = record({ result: actionResult, returned: getDataResult }, { requiredKeys: ['result'] });
const maybeDateTime = fc.oneof(octetsOf(12), octetsOf(0));
const list = <T>(arbitrary: fc.Arbitrary<T>) => fc.array(arbitrary, { maxLength: 3 });
const conformance = fc.subarray([...conformanceBits]);

const accessItem = fc.oneof(
  record({ choice: fc.constantFrom('get' as const, 'set' as const), descriptor: attribute }),
  record({ choice: fc.constant('action' as const), descriptor: method }),
  record({
    choice: fc.constantFrom('get-with-selection' as const, 'set-with-selection' as const),
    descriptor: attribute,
    selection,
  }),
);
const accessResult = fc.oneof(
  record({ choice: fc.constantFrom('get' as const, 'set' as const), result: dataAccessResult }),
  record({ choice: fc.constant('action' as const), result: actionResult }),
);

/** The alternatives of a service, with invoke-id-and-priority put in. */
function invoked(
  type: string,
  choices: Record<string, Record<string, fc.Arbitrary<unknown>>>,
  optional: string[] = [],
) {
  return fc.oneof(
    ...Object.entries(choices).map(([choice, fields]) =>
      record(
        { type: fc.constant(type), choice: fc.constant(choice), invoke, ...fields },
        {
          requiredKeys: [
            'type',
            'choice',
            'invoke',
            ...Object.keys(fields).filter((k) => !optional.includes(k)),
          ] as never,
        },
      ),
    ),
  ) as unknown as fc.Arbitrary<PlainApdu>;
}

const selectedFields = { descriptor: attribute, selection };
const services = [
  invoked(
    'get-request',
    { normal: selectedFields, next: { blockNumber: u32 }, 'with-list': { list: list(selected) } },
    ['selection'],
  ),
  invoked('get-response', {
    normal: { result: getDataResult },
    'with-datablock': { block: getBlock },
    'with-list': { results: list(getDataResult) },
  }),
  invoked(
    'set-request',
    {
      normal: { ...selectedFields, value: data },
      'with-first-datablock': { ...selectedFields, block },
      'with-datablock': { block },
      'with-list': { list: list(selected), values: list(data) },
      'with-list-and-first-datablock': { list: list(selected), block },
    },
    ['selection'],
  ),
  invoked('set-response', {
    normal: { result: dataAccessResult },
    datablock: { blockNumber: u32 },
    'last-datablock': { result: dataAccessResult, blockNumber: u32 },
    'last-datablock-with-list': { results: list(dataAccessResult), blockNumber: u32 },
    'with-list': { results: list(dataAccessResult) },
  }),
  invoked('action-request', { normal: { descriptor: method, parameters: data } }, ['parameters']),
  invoked('action-request', {
    'next-pblock': { blockNumber: u32 },
    'with-list': { list: list(method), parameters: list(data) },
    'with-first-pblock': { descriptor: method, block },
    'with-list-and-first-pblock': { list: list(method), block },
    'with-pblock': { block },
  }),
  invoked('action-response', {
    normal: { reply },
    'with-pblock': { block },
    'with-list': { replies: list(reply) },
    'next-pblock': { blockNumber: u32 },
  }),
];

const plain = (type: string, fields: Record<string, fc.Arbitrary<unknown>>, optional: string[] = []) =>
  record(
    { type: fc.constant(type), ...fields },
    { requiredKeys: ['type', ...Object.keys(fields).filter((key) => !optional.includes(key))] as never },
  ) as unknown as fc.Arbitrary<PlainApdu>;

const serviceError = fc
  .constantFrom(...(Object.keys(serviceErrors) as (keyof typeof serviceErrors)[]))
  .chain((choice) => record({ choice: fc.constant(choice), value: names(serviceErrors[choice].values) }));

const others = [
  plain(
    'event-notification-request',
    { dateTime: octetsOf(12).filter((t) => t[0] !== 12), descriptor: attribute, value: data },
    ['dateTime'],
  ),
  plain('data-notification', { invoke: longInvoke, dateTime: maybeDateTime, body: data }),
  plain('access-request', {
    invoke: longInvoke,
    dateTime: maybeDateTime,
    specification: list(accessItem),
    data: list(data),
  }),
  plain(
    'access-response',
    {
      invoke: longInvoke,
      dateTime: maybeDateTime,
      requestSpecification: list(accessItem),
      data: list(data),
      specification: list(accessResult),
    },
    ['requestSpecification'],
  ),
  plain('exception-response', {
    stateError: fc.constantFrom('service-not-allowed', 'service-unknown'),
    serviceError: fc.constantFrom(
      'operation-not-possible',
      'other-reason',
      'pdu-too-long',
      'deciphering-error',
    ),
  }),
  plain('exception-response', {
    stateError: fc.constant('service-not-allowed'),
    serviceError: fc.constant('invocation-counter-error'),
    invocationCounter: u32,
  }),
  plain('general-block-transfer', {
    lastBlock: fc.boolean(),
    streaming: fc.boolean(),
    window: fc.integer({ min: 0, max: 63 }),
    blockNumber: u16,
    blockNumberAck: u16,
    blockData: octets,
  }),
  plain(
    'initiate-request',
    {
      dedicatedKey: octetsOf(16),
      responseAllowed: fc.boolean(),
      qualityOfService: signed(8),
      dlmsVersion: octet,
      conformance,
      clientMaxReceivePduSize: u16,
    },
    ['dedicatedKey', 'qualityOfService'],
  ),
  plain(
    'initiate-response',
    {
      qualityOfService: signed(8),
      dlmsVersion: octet,
      conformance,
      serverMaxReceivePduSize: u16,
      vaaName: u16,
    },
    ['qualityOfService'],
  ),
  plain('confirmed-service-error', { service: names(serviceErrorNames), error: serviceError }),
];

const objectId = fc.uint8Array({ minLength: 1, maxLength: 6 }).map((oid) => ({ oid }));
const titles = fc.uint8Array({ maxLength: 300 });
const associate = {
  protocolVersion: bits,
  applicationContext: fc.oneof(fc.constantFrom(...Object.keys(applicationContextNames)), objectId),
  acseRequirements: bits,
  mechanism: fc.oneof(fc.constantFrom(...Object.keys(mechanismNames)), objectId),
  authenticationValue: record({ choice: fc.constantFrom('charstring', 'bitstring'), value: octets }),
  implementationInformation: octets,
  userInformation: titles,
};
const associateOptional = Object.keys(associate).filter((key) => key !== 'applicationContext');
const ids = (...fields: string[]) => Object.fromEntries(fields.map((field) => [field, signed(32)]));
const octetFields = (...fields: string[]) => Object.fromEntries(fields.map((field) => [field, titles]));
const aarqFields = {
  ...octetFields('calledApTitle', 'calledAeQualifier', 'callingApTitle', 'callingAeQualifier'),
  ...ids('calledApInvocationId', 'calledAeInvocationId', 'callingApInvocationId', 'callingAeInvocationId'),
};
const aareFields = {
  ...octetFields('respondingApTitle', 'respondingAeQualifier'),
  ...ids('respondingApInvocationId', 'respondingAeInvocationId'),
};
const diagnostic = fc.oneof(
  record({ source: fc.constant('acse-service-user'), value: names(userDiagnostics) }),
  record({ source: fc.constant('acse-service-provider'), value: names(providerDiagnostics) }),
);
const acse = [
  plain('aarq', { ...associate, ...aarqFields }, [...associateOptional, ...Object.keys(aarqFields)]),
  plain('aare', { ...associate, ...aareFields, result: names(associationResults), diagnostic }, [
    ...associateOptional,
    ...Object.keys(aareFields),
  ]),
  plain('rlrq', { reason: fc.constantFrom('normal', 'urgent', 'user-defined'), userInformation: titles }, [
    'reason',
    'userInformation',
  ]),
  plain(
    'rlre',
    { reason: fc.constantFrom('normal', 'not-finished', 'user-defined'), userInformation: titles },
    ['reason', 'userInformation'],
  ),
];

const ciphered = fc.oneof(
  record({
    type: fc.constantFrom('glo-get-request' as const, 'ded-action-response' as const),
    service: titles,
  }),
  record({ type: fc.constant('general-glo-ciphering' as const), systemTitle: octetsOf(8), service: titles }),
);

/** Any APDU that travels plain. */
export const plainApdu: fc.Arbitrary<PlainApdu> = fc.oneof(...services, ...others, ...acse);
/** Any APDU. */
export const apdu: fc.Arbitrary<Apdu> = fc.oneof(
  { weight: 9, arbitrary: plainApdu },
  { weight: 1, arbitrary: ciphered },
);
