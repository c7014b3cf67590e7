import assert from 'node:assert/strict';
import test from 'node:test';
import { needsShared, sharedJsonLines } from '../../../../../tools/shared.ts';
import { ByteReader, fromHex, toHex } from '../../base/bytes.ts';
import { CosemError } from '../../base/errors.ts';
import { decodeData, encodeData, readData } from '../../data/codec.ts';
import { decodeDateTime } from '../../data/date-time.ts';
import type { Data } from '../../data/types.ts';
import { describeObis } from '../../obis/index.ts';
import { findAttribute } from '../naming.ts';
import * as typed from './index.ts';

const midnight = decodeDateTime(fromHex('07ea0b16ff00000000800000'));
const noon = decodeDateTime(fromHex('07ea0b16ff0c000000800000'));
const octets = (text: string) => Uint8Array.from(Buffer.from(text));

function wire(hex: string): Data {
  return decodeData(fromHex(hex));
}

test('columns of a load profile, as meters send them', () => {
  const columns = typed.captureObjects.decode(
    wire(
      '01020204120008090600000100 00ff0f02120000 020412000309060100010800ff0f02120000'.replaceAll(' ', ''),
    ),
  );
  assert.deepEqual(columns, [
    typed.clockColumn,
    { classId: 3, logicalName: '1.0.1.8.0.255', attributeIndex: 2, dataIndex: 0 },
  ]);
});

test('a range by clock is written octet for octet', () => {
  const { selector, parameters } = typed.selectTimes(midnight, noon);
  assert.equal(selector, 1);
  assert.equal(
    toHex(encodeData(parameters)),
    '0204020412000809060000010000ff0f02120000' +
      '090c07ea0b16ff00000000800000090c07ea0b16ff0c0000008000000100',
  );
  assert.deepEqual(typed.rangeDescriptor.decode(parameters).columns, []);
});

test('entries by position', () => {
  const { selector, parameters } = typed.selectEntries(1, 96, 2, 5);
  assert.equal(selector, 2);
  assert.equal(toHex(encodeData(parameters)), '02040600000001060000006012000212 0005'.replace(' ', ''));
  assert.throws(() => typed.selectEntries(-1), { code: 'classes/value', path: 'from_entry' });
});

test('scaler and unit', () => {
  assert.deepEqual(typed.scalerUnit.decode(wire('02020ffd161e')), { scaler: -3, unit: 30 });
  assert.equal(toHex(encodeData(typed.scalerUnit.encode({ scaler: 0, unit: 255 }))), '02020f0016ff');
});

test('access rights of every version become one shape', () => {
  const object = '0204120003110009060100010800ff0202';
  const list = (attributeMode: string, methods: string) =>
    wire(`0101${object}0101020 30f02${attributeMode}00${methods}`.replaceAll(' ', ''));
  const cases = [
    [0, '1601', '010102020f010301', true, false],
    [1, '1606', '010102020f011602', true, true],
    [2, '1604', '010102020f011601', true, false],
    [3, '1627', '010102020f011625', true, true],
  ] as const;
  for (const [version, mode, methods, read, methodAuthenticated] of cases) {
    const [entry] = typed.objectList(version).decode(list(mode, methods));
    assert.ok(entry);
    assert.equal(entry.logicalName, '1.0.1.8.0.255');
    assert.equal(entry.attributes[0]?.read, read);
    assert.equal(entry.attributes[0]?.write, version === 1 || version === 3);
    assert.equal(entry.attributes[0]?.protection.authenticatedRequest, version !== 0);
    assert.equal(entry.attributes[0]?.protection.signedRequest, false);
    assert.equal(entry.methods[0]?.execute, true);
    assert.equal(entry.methods[0]?.protection.authenticatedResponse, methodAuthenticated);
    assert.deepEqual(typed.objectList(version).encode([entry]), list(mode, methods), `version ${version}`);
  }
});

test('rights that a version cannot express are refused when written', () => {
  const signed = { ...typed.noProtection, signedRequest: true };
  const entry: typed.ObjectListEntry = {
    classId: 3,
    version: 0,
    logicalName: '1.0.1.8.0.255',
    attributes: [{ attribute: 2, read: true, write: false, protection: signed, selectors: [1, 2] }],
    methods: [{ method: 1, execute: true, protection: signed }],
  };
  for (const version of [0, 1, 2] as const) {
    assert.throws(() => typed.objectList(version).encode([entry]), {
      code: 'classes/value',
      path: '[0].access_rights.attribute_access[0].access_mode',
    });
  }
  assert.deepEqual(typed.objectList(3).decode(typed.objectList(3).encode([entry])), [entry]);
  assert.throws(
    () => typed.objectListEntry(2).decode(wire('0204120003110009060100010800ff0202010102030f0216070000')),
    {
      code: 'classes/type',
    },
  );
});

/** Structures whose second field depends on the first. */
test('choices by a selector: both ways, and a wrong pairing is refused', () => {
  const roundTrip = <T>(codec: typed.Codec<T>, value: T): void => {
    assert.deepEqual(codec.decode(decodeData(encodeData(codec.encode(value)))), value);
  };
  roundTrip(typed.certificateIdentification, {
    by: 'entity',
    entity: 'server',
    use: 'key_agreement',
    systemTitle: octets('ABC12345'),
  });
  roundTrip(typed.certificateIdentification, {
    by: 'serial',
    serialNumber: octets('1'),
    issuer: octets('CA'),
  });
  roundTrip(typed.restriction, { by: 'none' });
  roundTrip(typed.restriction, { by: 'date', from: midnight, to: noon });
  roundTrip(typed.restriction, { by: 'entry', fromEntry: 1, toEntry: 96 });
  const keys: readonly typed.KeyInfo[] = [
    { by: 'identified', key: 'global_broadcast_encryption_key' },
    { by: 'wrapped', kek: 'master_key', ciphered: octets('x') },
    { by: 'agreed', parameters: octets('p'), ciphered: octets('x') },
  ];
  for (const keyInfo of keys) {
    roundTrip(typed.protectionParameters, {
      protection: 'authentication_and_encryption',
      options: {
        transactionId: octets('1'),
        originatorSystemTitle: octets('ABC12345'),
        recipientSystemTitle: octets('DEF12345'),
        otherInformation: octets(''),
        keyInfo,
      },
    });
  }
  const mismatched: Data = {
    type: 'structure',
    value: [
      { type: 'enum', value: 1 },
      { type: 'null-data', value: null },
    ],
  };
  for (const codec of [typed.certificateIdentification, typed.restriction, typed.keyInfo]) {
    assert.throws(() => codec.decode(mismatched), { code: 'classes/type' });
    assert.throws(() => codec.decode({ type: 'structure', value: [] }), { code: 'classes/type' });
    assert.throws(() => codec.decode({ type: 'null-data', value: null }), { code: 'classes/type' });
  }
});

test('push objects of all versions: four, five and six fields', () => {
  const base = { classId: 1, logicalName: '0.0.42.0.0.255', attributeIndex: 2, dataIndex: 0 };
  const cases: readonly typed.PushObject[] = [
    base,
    { ...base, restriction: { by: 'none' } },
    { ...base, restriction: { by: 'entry', fromEntry: 1, toEntry: 2 }, columns: [typed.clockColumn] },
  ];
  cases.forEach((object, i) => {
    const written = typed.pushObject.encode(object);
    assert.equal(written.type === 'structure' && written.value.length, 4 + i);
    assert.deepEqual(typed.pushObject.decode(written), object);
  });
  assert.throws(() => typed.pushObject.encode({ ...base, columns: [] }), {
    code: 'classes/value',
    path: 'restriction',
  });
});

test('names of enumerations and bits', () => {
  assert.equal(typed.controlState.decode({ type: 'enum', value: 2 }), 'ready_for_reconnection');
  assert.throws(() => typed.controlState.decode({ type: 'enum', value: 3 }), { code: 'classes/type' });
  assert.throws(() => typed.controlState.encode('open' as 'connected'), { code: 'classes/value' });
  assert.equal(typed.transportService.decode({ type: 'enum', value: 200 }), 200);
  assert.equal(typed.transportService.decode({ type: 'enum', value: 0 }), 'tcp');
  assert.deepEqual(typed.currentCreditStatus.decode({ type: 'bit-string', value: '10000010' }), [
    'in_credit',
    'out_of_credit',
  ]);
  assert.throws(
    () => typed.currentCreditStatus.decode({ type: 'bit-string', value: '00000001' }),
    CosemError,
  );
});

test('numbers out of range and lengths out of bounds are refused when written', () => {
  const refused: readonly (() => Data)[] = [
    () => typed.unsigned.encode(256),
    () => typed.integer.encode(-129),
    () => typed.longUnsigned.encode(1.5),
    () => typed.doubleLongUnsigned.encode(Number.NaN),
    () => typed.octets(2, 3).encode(new Uint8Array(4)),
    () => typed.bits.encode('012'),
  ];
  for (const write of refused) assert.throws(write, { code: 'classes/value' });
  assert.throws(() => typed.logicalName.encode('not a name'), { code: 'obis/syntax' });
});

test('a season, a week and a day of a calendar', () => {
  const day: typed.DayProfile = {
    dayId: 1,
    actions: [
      {
        start: { hour: 6, minute: 0, second: 0, hundredths: 0 },
        scriptTable: '0.0.10.0.100.255',
        selector: 2,
      },
    ],
  };
  assert.equal(
    toHex(encodeData(typed.dayProfile.encode(day))),
    '0202110101010203090406000000090600000a0064ff120002',
  );
  assert.deepEqual(typed.dayProfile.decode(typed.dayProfile.encode(day)), day);
});

const messages = 'data/dlms/messages.jsonl';

test('object lists that real meters push with their data', needsShared(messages), () => {
  let lists = 0;
  for (const { id, apdu } of sharedJsonLines<{ id: string; apdu?: string }>(messages)) {
    // An array whose first element is a structure of four that begins with a class_id.
    const at = (apdu ?? '').search(/01[0-9a-f]{2}02041200/i);
    if (at < 0 || at % 2 !== 0) continue;
    const value = readData(new ByteReader(fromHex(apdu!), at / 2));
    const objects = typed.pushObjectListV0.decode(value, id);
    lists++;
    assert.deepEqual(typed.pushObjectListV0.encode(objects), value, id);
    assert.deepEqual(typed.pushObjectList.decode(value, id), objects, id);
    for (const object of objects) {
      assert.ok(findAttribute(object.classId, object.attributeIndex), `${id}: ${JSON.stringify(object)}`);
      assert.doesNotMatch(describeObis(object.logicalName), / object \d|entry \d+\.\d/, object.logicalName);
    }
  }
  assert.ok(lists >= 8, `${lists} lists`);
});
