/**
 * Reads a meter: what it offers, one register with its unit, and the last hour of its load profile.
 *
 *   node examples/read-a-meter.ts 127.0.0.1 4059
 */
import {
  applyScaler,
  connect,
  describeObis,
  formatDateTime,
  formatQuantity,
  scalerUnitFromData,
  tcpTransport,
} from '@wattward/cosem';

const [host = '127.0.0.1', port = '4059'] = process.argv.slice(2);
const transport = await tcpTransport({ host, port: Number(port), saps: { client: 16, server: 1 } });
const client = await connect({ transport });

for (const { logicalName, className } of await client.discover()) {
  console.log(logicalName, describeObis(logicalName), className);
}

// A register (class 3) keeps its value in attribute 2, scaler and unit in attribute 3.
const value = await client.read(3, '1.0.1.8.0.255', 2);
const scalerUnit = scalerUnitFromData(await client.read(3, '1.0.1.8.0.255', 3));
console.log('import:', formatQuantity(applyScaler(value, scalerUnit)));

const to = new Date();
const from = new Date(to.getTime() - 3_600_000);
const rows = client.readProfile('1.0.99.1.0.255', { from, to }, { scaled: true });
for await (const { cells, time } of rows) {
  console.log(
    time ? formatDateTime(time) : '',
    ...cells.map(({ quantity }) => (quantity ? formatQuantity(quantity) : '-')),
  );
}

await client.close();
