import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { toHex } from '../base/bytes.ts';
import {
  decodeModeEIdentification,
  encodeModeEIdentification,
  encodeModeERequest,
  ModeEClient,
  type ModeEClientOptions,
  type ModeEEvent,
  ModeEServer,
  maxModeELine,
  withEvenParity,
} from './mode-e.ts';

const latin = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));
const meter = { manufacturer: 'WTW', identification: 'DEMO1', baudRate: 9600 } as const;

function text(events: readonly ModeEEvent[]): string[] {
  return events.map((event) => {
    if (event.type === 'send') return Buffer.from(event.bytes).toString('latin1');
    if (event.type === 'line') return `${event.line.baudRate} ${event.line.format}`;
    return event.type === 'failed' ? event.error.code : `opened ${event.baudRate}`;
  });
}

test('both sides open HDLC at the offered baud rate', () => {
  const client = new ModeEClient();
  const server = new ModeEServer(meter);
  const request = client.start(0);
  assert.deepEqual(text(request), ['300 7E1', '/?!\r\n']);
  const identification = server.push(latin('/?!\r\n'), 1);
  assert.deepEqual(text(identification), ['/WTW5\\2DEMO1\r\n']);
  const acknowledged = client.push(latin('/WTW5\\2DEMO1\r\n'), 2);
  assert.deepEqual(text(acknowledged), ['\x06252\r\n', '9600 7E1']);
  const confirmed = server.push(latin('\x06252\r\n'), 3);
  assert.deepEqual(text(confirmed), ['9600 7E1', '\x06252\r\n', '9600 8N1', 'opened 9600']);
  const opened = client.push(latin('\x06252\r\n'), 4);
  assert.deepEqual(text(opened), ['9600 8N1', 'opened 9600']);
  assert.ok(opened[1]?.type === 'opened');
  assert.deepEqual(opened[1].identification, {
    manufacturer: 'WTW',
    baudRate: 9600,
    capabilities: '2',
    identification: 'DEMO1',
  });
  assert.equal(client.deadlineMs, undefined);
});

test('the client asks for less when it can do less, in octets with parity and after an echo', () => {
  const client = new ModeEClient({ address: '00012345', maxBaudRate: 2400 });
  assert.deepEqual(text(client.start(0)), ['300 7E1', '/?00012345!\r\n']);
  const echo = latin('/?00012345!\r\n');
  const answer = withEvenParity(Buffer.concat([echo, latin('\x00\xff/WTW5\\2\\WDEMO1\r\n')]));
  assert.deepEqual(text(client.push(answer, 1)), ['\x06232\r\n', '2400 7E1']);
});

test('even parity', () => {
  assert.equal(toHex(withEvenParity(latin('/?!\r\n'))), 'af3f218d0a');
});

test('a meter without HDLC, a wrong confirmation and silence', () => {
  const run = (answer: string, options: ModeEClientOptions = {}) => {
    const client = new ModeEClient({ responseTimeoutMs: 10, ...options });
    client.start(0);
    return { client, events: text(client.push(latin(answer), 1)) };
  };
  assert.deepEqual(run('/WTW5DEMO1\r\n').events, ['link/mode-e-not-offered']);
  assert.deepEqual(run('/W5\r\n').events, ['link/mode-e-identification']);
  assert.deepEqual(run(`/${'x'.repeat(maxModeELine)}`).events, ['link/mode-e-length']);
  const silent = run('').client;
  assert.deepEqual(text(silent.tick(9)), []);
  assert.deepEqual(text(silent.tick(10)), ['link/mode-e-timeout']);
  const strict = run('/WTW5\\2D\r\n', { requireConfirmation: true }).client;
  assert.deepEqual(text(strict.tick(11)), ['link/mode-e-timeout']);
  const lenient = run('/WTW5\\2D\r\n').client;
  assert.deepEqual(text(lenient.tick(11)), ['9600 8N1', 'opened 9600']);
  const other = run('/WTW5\\2D\r\n').client;
  assert.deepEqual(text(other.push(latin('\x06050\r\n'), 2)), ['link/mode-e-not-offered']);
});

test('the meter answers its own address only, and listens again after a failure', () => {
  const server = new ModeEServer({ ...meter, address: '12345', responseTimeoutMs: 10 });
  assert.deepEqual(text(server.push(latin('/?54321!\r\n'), 0)), []);
  assert.equal(text(server.push(latin('/?00012345!\r\n'), 0)).length, 1);
  assert.deepEqual(text(server.push(latin('\x06050\r\n'), 1)), ['300 7E1', 'link/mode-e-not-offered']);
  assert.equal(text(server.push(latin('/?!\r\n'), 2)).length, 1);
  assert.deepEqual(text(server.push(latin('\x06262\r\n'), 3)), ['300 7E1', 'link/mode-e-not-offered']);
  server.push(latin('/?!\r\n'), 4);
  assert.deepEqual(text(server.tick(14)), ['300 7E1', 'link/mode-e-timeout']);
  assert.deepEqual(text(server.push(latin('\x06252\r\n'), 15)), [], 'no acknowledgement without a request');
});

test('identification messages read and write, malformed ones do not', () => {
  const identification = {
    manufacturer: 'LGZ',
    baudRate: 300,
    capabilities: '2W',
    identification: 'ZMF100',
  } as const;
  const bytes = encodeModeEIdentification(identification);
  assert.equal(Buffer.from(bytes).toString('latin1'), '/LGZ0\\2\\WZMF100\r\n');
  assert.deepEqual(decodeModeEIdentification('/LGZ0\\2\\WZMF100'), identification);
  for (const line of ['LGZ0\\2X', '/LG0\\2X', '/LGZ9\\2X', `/LGZ0\\2${'x'.repeat(17)}`, ''])
    assert.throws(() => decodeModeEIdentification(line), { code: 'link/mode-e-identification' });
  assert.throws(() => new ModeEServer({ ...meter, manufacturer: 'TOOLONG' }), {
    code: 'link/mode-e-identification',
  });
  assert.throws(() => encodeModeERequest('1!\r\n'), { code: 'link/mode-e-length' });
  assert.throws(() => encodeModeERequest('1'.repeat(33)), { code: 'link/mode-e-length' });
});

test('any octets: no throw on either side', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 5 }), (chunks) => {
      const client = new ModeEClient();
      const server = new ModeEServer(meter);
      client.start(0);
      server.push(latin('/?!\r\n'), 0);
      for (const chunk of chunks) {
        for (const event of [...client.push(chunk, 1), ...server.push(chunk, 1)])
          assert.ok(event.type !== 'opened');
      }
    }),
  );
});
