import assert from 'node:assert/strict';
import test from 'node:test';
import { camelCase, classes, classVersions, interfaceClass, olderClasses } from './index.ts';
import type { CosemType } from './type-language.ts';

test('each class has gapless unique indexes, logical_name first and unique names', () => {
  for (const one of classVersions) {
    const what = `${one.title} version ${one.version}`;
    const { attributeList, methodList } = one;
    assert.equal(attributeList[0]?.name, 'logical_name', what);
    assert.ok(attributeList.length > 1, what);
    attributeList.forEach((attribute, i) => {
      assert.equal(attribute.index, i + 1, `${what}, ${attribute.name}`);
      assert.equal(one.attributes[camelCase(attribute.name)], attribute, attribute.name);
      assert.ok(attribute.text.length > 3);
    });
    methodList.forEach((method, i) => {
      assert.equal(method.index, i + 1, `${what}, ${method.name}`);
      assert.equal(one.methods[camelCase(method.name)], method, method.name);
    });
    assert.equal(Object.keys(one.attributes).length, attributeList.length, `${what}: names differ`);
    assert.equal(Object.keys(one.methods).length, methodList.length, `${what}: names differ`);
    assert.match(
      one.clause,
      new RegExp(`^IEC 62056-6-2, .*class_id = ${one.classId}, version = ${one.version}`),
    );
  }
});

test('every class and version stands once, versions of a class without a gap to the newest', () => {
  const keys = classVersions.map((one) => `${one.classId}/${one.version}`);
  assert.equal(new Set(keys).size, keys.length);
  for (const one of Object.values(classes)) assert.equal(interfaceClass(one.classId), one);
  for (const one of Object.values(olderClasses)) {
    assert.equal(interfaceClass(one.classId, one.version), one);
    assert.ok(interfaceClass(one.classId)!.version > one.version);
    assert.equal(interfaceClass(one.classId)!.title, one.title);
  }
  assert.equal(interfaceClass(3, 7), undefined);
  assert.equal(interfaceClass(9999), undefined);
});

test('the classes that the package promises are there', () => {
  const promised = [
    1, 3, 4, 5, 6, 7, 8, 9, 11, 15, 17, 18, 20, 21, 22, 23, 30, 40, 41, 42, 48, 64, 70, 71, 72, 111, 112, 113,
    115,
  ];
  for (const classId of promised) assert.ok(interfaceClass(classId), `class ${classId}`);
  for (const [classId, versions] of [
    [7, 2],
    [15, 4],
    [23, 2],
    [40, 4],
    [64, 2],
    [72, 2],
  ] as const) {
    assert.equal(classVersions.filter((one) => one.classId === classId).length, versions, `class ${classId}`);
  }
});

test('the compiler knows names and indexes', () => {
  const value: 2 = classes.register.attributes.value.index;
  const scalerUnit: 'scaler_unit' = classes.register.attributes.scalerUnit.name;
  const port: 2 = classes.tcpUdpSetup.attributes.tcpUdpPort.index;
  const reconnect: 2 = classes.disconnectControl.methods.remoteReconnect.index;
  const logicalName: 1 = classes.clock.attributes.logicalName.index;
  // @ts-expect-error: a name that the class does not have is refused by the compiler
  const missing = classes.clock.attributes.timezone;
  assert.deepEqual(
    [value, scalerUnit, port, reconnect, logicalName, missing],
    [2, 'scaler_unit', 2, 2, 1, undefined],
  );
});

test('bounds and defaults fit their types', () => {
  const ranges: Readonly<Record<string, readonly [number, number]>> = {
    integer: [-128, 127],
    long: [-32768, 32767],
    unsigned: [0, 255],
    'long-unsigned': [0, 65535],
    'double-long': [-(2 ** 31), 2 ** 31 - 1],
    'double-long-unsigned': [0, 2 ** 32 - 1],
    enum: [0, 255],
  };
  let checked = 0;
  for (const one of classVersions) {
    for (const attribute of one.attributeList) {
      const type = attribute.type.kind === 'simple' ? attribute.type.type : attribute.type.kind;
      const range = ranges[type];
      for (const bound of [attribute.min, attribute.max, attribute.default]) {
        if (typeof bound !== 'number' || range === undefined) continue;
        checked++;
        assert.ok(bound >= range[0] && bound <= range[1], `${one.title}.${attribute.name}: ${bound}`);
      }
    }
  }
  assert.ok(checked > 30);
});

test('structures have unique field names and optional fields only at the end', () => {
  const visit = (type: CosemType): void => {
    if (type.kind === 'array') visit(type.of);
    if (type.kind === 'choice') type.of.forEach(visit);
    if (type.kind !== 'structure') return;
    const names = type.fields.map((field) => field.name);
    assert.equal(new Set(names).size, names.length, names.join());
    const firstOptional = type.fields.findIndex((field) => field.optional === true);
    if (firstOptional >= 0) {
      assert.ok(
        type.fields.slice(firstOptional).every((field) => field.optional === true),
        names.join(),
      );
    }
    for (const field of type.fields) visit(field.type);
  };
  for (const one of classVersions) {
    for (const attribute of one.attributeList) visit(attribute.type);
    for (const method of one.methodList) {
      visit(method.parameter);
      if (method.returns !== undefined) visit(method.returns);
    }
  }
});
