import assert from 'node:assert/strict';
import test from 'node:test';
import { interfaceClass } from './catalogue.ts';
import { attributeName, className, findAttribute, findMethod, methodName, otherClassNames } from './index.ts';

test('names of what the tables know', () => {
  assert.equal(className(3), 'Register');
  assert.equal(className(12), 'Association SN');
  assert.equal(className(9000), 'manufacturer specific class 9000');
  assert.equal(className(999), 'class 999');
  assert.equal(attributeName(3, 3), 'scaler_unit');
  assert.equal(attributeName(15, 7, 0), 'LLS_secret');
  assert.equal(attributeName(15, 7), 'secret');
  assert.equal(attributeName(15, 7, 200), 'secret', 'an unknown version is named as the newest');
  assert.equal(attributeName(999, 1), 'logical_name');
  assert.equal(attributeName(3, 0), 'all attributes');
  assert.equal(attributeName(3, 9), 'attribute 9');
  assert.equal(attributeName(3, -2), 'manufacturer specific attribute -2');
  assert.equal(methodName(70, 1), 'remote_disconnect');
  assert.equal(methodName(64, 2, 0), 'global_key_transfer');
  assert.equal(methodName(64, 2), 'key_transfer');
  assert.equal(methodName(3, 9), 'method 9');
  assert.equal(methodName(3, -1), 'manufacturer specific method -1');
  assert.equal(findAttribute(8, 2)?.type.label, 'date-time');
  assert.equal(findMethod(18, 2)?.parameter.label, 'image_block_transfer');
  assert.equal(findMethod(18, 9), undefined);
});

test('a class has its name in one place', () => {
  for (const classId of Object.keys(otherClassNames)) {
    assert.equal(interfaceClass(Number(classId)), undefined, classId);
  }
});
