import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { sha1, uuidOf } from './uuid.ts';

test('SHA-1 agrees with Node for every length around the block limits', () => {
  for (let length = 0; length <= 200; length++) {
    const message = Uint8Array.from({ length }, (_, at) => (at * 37 + length) & 0xff);
    assert.equal(
      Buffer.from(sha1(message)).toString('hex'),
      createHash('sha1').update(message).digest('hex'),
    );
  }
});

test('SHA-1 of the published vector "abc"', () => {
  assert.equal(
    Buffer.from(sha1(new TextEncoder().encode('abc'))).toString('hex'),
    'a9993e364706816aba3e25717850c26c9cd0d89d',
  );
});

test('a name has one UUID of version 5, and another name another', () => {
  assert.match(uuidOf('catalog'), /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(uuidOf('catalog'), uuidOf('catalog'));
  assert.notEqual(uuidOf('catalog'), uuidOf('profile'));
});
