import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonSchemaOf } from '../index.ts';

test('a JSON Schema names its types once and says what it cannot enforce', () => {
  const schema = jsonSchemaOf('L1.meter.scheduled-turn-off-command');
  assert.equal(schema['$schema'], 'https://json-schema.org/draft/2020-12/schema');
  assert.equal(schema['$ref'], '#/$defs/MeterDisconnectCommand');
  const types = schema['$defs'] as Record<string, Record<string, unknown>>;
  const command = types['MeterDisconnectCommand']!;
  assert.equal(command['additionalProperties'], false);
  assert.deepEqual(command['required'], [
    'commandId',
    'action',
    'meter',
    'latestExecution',
    'approvalsHash',
    'signature',
  ]);
  assert.deepEqual((command['properties'] as Record<string, unknown>)['action'], {
    description: 'Opens the switch.',
    type: 'string',
    enum: ['disconnect'],
  });
  assert.equal(types['Signature']!['contentEncoding'], 'base64');
  assert.equal(types['Timestamp']!['format'], 'date-time');
  const batch = jsonSchemaOf('L2.mdms.meter-reading')['$defs'] as Record<string, Record<string, unknown>>;
  assert.match(String(batch['DayBlock']!['$comment']), /values has 4 octets for each interval/);
  assert.deepEqual(batch['ReadingBatch']!['allOf'], [
    { anyOf: [{ required: ['readings'] }, { required: ['blocks'] }] },
  ]);
});
