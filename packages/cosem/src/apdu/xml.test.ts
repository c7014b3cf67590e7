import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { apdu as anyApdu } from '../../test/arbitraries.ts';
import { fromHex } from '../base/bytes.ts';
import { data } from '../data/types.ts';
import { decodeApdu } from './index.ts';
import { apduToXml, dataToXml, toJson } from './xml.ts';

test('a notification as XML and JSON', () => {
  const apdu = decodeApdu(
    fromHex('0f 40000001 0c 07e90904040a000a00ff8880 0203 0906 0100010800ff 06 0003ff27 15 0000000000000001'),
  );
  assert.equal(
    apduToXml(apdu),
    `<data-notification date-time="07e90904040a000a00ff8880">
  <invoke invoke-id="1" self-descriptive="false" break-on-error="false" confirmed="true" high-priority="false"/>
  <body>
    <structure count="3">
      <octet-string value="0100010800ff"/>
      <double-long-unsigned value="261927"/>
      <long64-unsigned value="1"/>
    </structure>
  </body>
</data-notification>`,
  );
  assert.deepEqual(JSON.parse(JSON.stringify(toJson(apdu))).body, {
    type: 'structure',
    value: [
      { type: 'octet-string', value: '0100010800ff' },
      { type: 'double-long-unsigned', value: 261927 },
      { type: 'long64-unsigned', value: '1' },
    ],
  });
});

test('lists, choices and names as XML', () => {
  const apdu = decodeApdu(fromHex('da 40000001 00 00 01 1105 02 01 00 03 fa'));
  assert.equal(
    apduToXml(apdu),
    `<access-response date-time="">
  <invoke invoke-id="1" self-descriptive="false" break-on-error="false" confirmed="true" high-priority="false"/>
  <data count="1">
    <unsigned value="5"/>
  </data>
  <specification count="2">
    <item choice="get" result="success"/>
    <item choice="action" result="other-reason"/>
  </specification>
</access-response>`,
  );
});

test('values as XML', () => {
  assert.equal(
    dataToXml(data('visible-string', 'a<b>&"c"')),
    '<visible-string value="a&lt;b&gt;&amp;&quot;c&quot;"/>',
  );
  assert.equal(dataToXml(data('utf8-string', '\u0000é')), '<utf8-string utf8-hex="00c3a9"/>');
  assert.equal(dataToXml(data('null-data', null)), '<null-data/>');
  assert.equal(
    dataToXml(data('time', { hour: 10, minute: 30, second: undefined, hundredths: undefined })),
    '<time value="10:30:**"/>',
  );
  assert.equal(
    dataToXml(
      data('compact-array', {
        description: {
          type: 'structure',
          elements: [{ type: 'unsigned' }, { type: 'array', count: 2, element: { type: 'enum' } }],
        },
        items: [],
      }),
    ),
    '<compact-array count="0" of="structure(unsigned array(2 enum))"/>',
  );
  assert.equal(toJson(Number.NaN), 'NaN');
});

test('any APDU has JSON that survives writing, and XML whose elements close', () => {
  fc.assert(
    fc.property(anyApdu, (apdu) => {
      const json = toJson(apdu);
      assert.deepEqual(JSON.parse(JSON.stringify(json)), json);
      const open: string[] = [];
      for (const line of apduToXml(apdu).split('\n')) {
        const closing = /^ *<\/([a-z0-9-]+)>$/.exec(line);
        const opening = /^ *<([a-z0-9-]+)((?: [a-z0-9-]+="[^"<>]*")*)(\/?)>$/.exec(line);
        assert.ok(closing !== null || opening !== null, line);
        if (closing !== null) assert.equal(open.pop(), closing[1]);
        else if (opening![3] === '') open.push(opening![1]!);
      }
      assert.deepEqual(open, []);
    }),
    { numRuns: 300 },
  );
});
