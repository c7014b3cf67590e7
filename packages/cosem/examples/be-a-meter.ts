/**
 * A meter: a clock, a register and a text, served over the wrapper to a client that knows a password.
 *
 *   METER_PASSWORD=… node examples/be-a-meter.ts 4059
 */
import {
  CosemServer,
  clockObject,
  data,
  dataObject,
  LogicalDevice,
  registerObject,
  serveTcp,
} from '@wattward/cosem';

const password = process.env['METER_PASSWORD'] ?? '';
if (password === '') throw new Error('set METER_PASSWORD');

const started = Date.now();
const energy = registerObject('1.0.1.8.0.255', { scaler: 0, unit: 30 }, () =>
  // A constant load of 3.6 kW, counted in Wh.
  data('double-long-unsigned', Math.floor((Date.now() - started) / 1000)),
);
const serialNumber = dataObject('0.0.96.1.0.255', data('visible-string', 'EXAMPLE-1'));
const clock = clockObject({ clock: { nowMs: Date.now } });

const device = new LogicalDevice({
  sap: 1,
  name: 'WWDEXAMPLE',
  objects: [clock, energy, serialNumber],
  associations: [
    {
      clientSap: 1,
      mechanism: 'low',
      secret: Buffer.from(password),
      contexts: ['logical-name'],
      rights: [{ attributes: { default: 'r' } }],
    },
  ],
});

const server = new CosemServer({ devices: [device], audit: ({ type }) => console.log(type) });
const listener = await serveTcp(server, { host: '127.0.0.1', port: Number(process.argv[2] ?? 4059) });
console.log(`listening on 127.0.0.1:${listener.port}`);
process.once('SIGINT', () => void listener.close());
