/** The message that the benchmark opens and makes: a load profile of 96 rows and 6 columns in a Get response. */
import { encodeApdu, type GetResponse } from '../src/apdu/index.ts';
import { type Data, data, encodeDateTime, fromDate } from '../src/data/index.ts';

const quarterMs = 900_000;
const start = Date.UTC(2026, 0, 1);

/** 96 rows of time, status, three energies and a voltage. */
export function profileValue(rows = 96): Data {
  return data(
    'array',
    Array.from({ length: rows }, (_, i) =>
      data('structure', [
        data('octet-string', encodeDateTime(fromDate(new Date(start + i * quarterMs)))),
        data('unsigned', 0),
        data('double-long-unsigned', 1_000_000 + i * 100),
        data('double-long-unsigned', 5000 + i),
        data('double-long-unsigned', 70_000 + i * 9),
        data('long-unsigned', 2300 + (i % 40)),
      ]),
    ),
  );
}

/** The Get response around it. */
export function profileResponse(rows = 96): GetResponse {
  return {
    type: 'get-response',
    choice: 'normal',
    invoke: { invokeId: 1, confirmed: true, highPriority: false },
    result: { choice: 'data', data: profileValue(rows) },
  };
}

/** Its octets. */
export function profileOctets(rows = 96): Uint8Array {
  return encodeApdu(profileResponse(rows)).slice();
}

/** A push of twelve values, each with its logical name, as a plain DataNotification. */
export function pushOctets(): Uint8Array {
  const values = Array.from({ length: 12 }, (_, i) => [
    data('octet-string', Uint8Array.of(1, 0, i + 1, 8, 0, 255)),
    data('double-long-unsigned', 1_000_000 + i),
  ]);
  return encodeApdu({
    type: 'data-notification',
    invoke: {
      invokeId: 1,
      selfDescriptive: false,
      breakOnError: false,
      confirmed: false,
      highPriority: false,
    },
    dateTime: encodeDateTime(fromDate(new Date(start))),
    body: data('structure', values.flat()),
  }).slice();
}
