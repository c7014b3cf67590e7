import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { needsShared, sharedJson } from '../../../../tools/shared.ts';
import { describeObis, explainObis, type Obis } from './index.ts';

test('codes that everybody knows', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['1.0.1.8.0.255', 'Active energy import (+A), total'],
    ['1.0.2.8.2.255', 'Active energy export (-A), rate 2'],
    ['1.0.1.8.0.101', 'Active energy import (+A), total, last billing period'],
    ['1.0.1.7.0.255', 'Active power import (+P), instantaneous value'],
    ['1.1.32.7.0.255', 'Voltage L1, instantaneous value, channel 1'],
    ['1.0.71.7.3.255', 'Current L3, instantaneous value, harmonic 3'],
    ['1.0.52.7.124.255', 'Voltage L2, instantaneous value, total harmonic distortion'],
    ['1.0.41.6.0.255', 'Active power import (+P) L2, maximum'],
    ['1.0.14.7.0.255', 'Supply frequency, instantaneous value'],
    ['1.0.13.7.0.255', 'Power factor, instantaneous value'],
    ['1.0.33.7.0.255', 'Power factor L1, instantaneous value'],
    ['1.0.81.7.4.255', 'Angle between U(L1) and I(L1)'],
    ['1.0.5.8.0.255', 'Reactive energy, quadrant I, total'],
    ['1.0.32.32.0.255', 'Voltage L1, under limit occurrence counter'],
    ['1.0.12.31.1.255', 'Voltage, under limit threshold, threshold 1'],
    ['1.0.99.1.0.255', 'Load profile with recording period 1'],
    ['1.0.83.8.3.255', 'Active line losses'],
    ['0.0.1.0.0.255', 'Clock'],
    ['0.0.40.0.0.255', 'Current association'],
    ['0.0.42.0.0.255', 'COSEM logical device name'],
    ['0.0.43.1.0.255', 'Invocation counter (frame counter) 0'],
    ['0.0.96.1.0.255', 'Device ID 1'],
    ['0.0.96.7.21.255', 'Number of power failures in any phase'],
    ['0.0.97.98.20.255', 'Alarm descriptor 1'],
    ['0.1.25.9.0.255', 'Push setup, channel 1'],
    ['0.0.98.1.0.255', 'Data of billing period, scheme 1'],
    ['7.0.13.2.0.255', 'Gas: forward absolute converter volume, at base conditions (converted)'],
    ['6.0.1.0.0.255', 'Heat: energy, current value'],
    ['8.0.1.0.0.255', 'Cold water: accumulated volume, current value'],
    ['0.0.94.98.15.255', 'Abstract, country specific (country 98), entry 15'],
    ['1.0.129.1.0.255', 'Electricity, manufacturer specific 129.1.0'],
  ];
  for (const [code, text] of cases) assert.equal(describeObis(code), text, code);
});

test('who gave a code its meaning', () => {
  const origins: readonly (readonly [string, string])[] = [
    ['1.0.1.8.0.255', 'standard'],
    ['1.0.1.226.0.255', 'manufacturer'],
    ['0.129.0.2.2.255', 'manufacturer'],
    ['1.65.1.29.1.255', 'utility'],
    ['0.0.93.1.0.255', 'consortium'],
    ['0.0.94.31.3.255', 'country'],
    ['0.0.96.50.10.255', 'manufacturer'],
    ['3.0.1.8.0.255', 'reserved'],
  ];
  for (const [code, origin] of origins) assert.equal(explainObis(code).origin, origin, code);
});

test('every code has words, whatever its groups', () => {
  const octet = fc.integer({ min: 0, max: 255 });
  fc.assert(
    fc.property(fc.tuple(octet, octet, octet, octet, octet, octet), (obis: Obis) => {
      const text = describeObis(obis);
      assert.ok(text.length > 3 && !/undefined|NaN|\{/.test(text), text);
    }),
    { numRuns: 3000 },
  );
});

test('phases repeat the quantities of the sum', () => {
  for (let c = 1; c <= 20; c++) {
    for (const d of [6, 7, 8]) {
      const sum = describeObis([1, 0, c, d, 0, 255]);
      for (const phase of [1, 2, 3]) {
        const one = describeObis([1, 0, c + 20 * phase, d, 0, 255]);
        assert.equal(one.replace(` L${phase}`, ''), sum);
        assert.notEqual(one, sum);
      }
    }
  }
});

interface Objects {
  readonly objects: readonly { readonly obis: string }[];
}

const models = ['data/dlms/stoen-object-model.json', 'data/dlms/osgp-dlmsprofile-smr500.json'];

test('the codes of two companion specifications mean something', needsShared(...models), () => {
  const codes = new Set(
    models.flatMap((model) =>
      sharedJson<Objects>(model).objects.map((object) => object.obis.replace('.x.', '.1.')),
    ),
  );
  assert.ok(codes.size > 300);
  const unknown = [...codes].filter((code) => {
    const { text, origin } = explainObis(code);
    return origin === 'standard' && / object \d|entry \d+\.\d|quantity \d/.test(text);
  });
  assert.deepEqual(unknown, []);
});
