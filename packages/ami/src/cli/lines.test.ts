import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import fastify from 'fastify';
import type { Lines } from '../lines/lines.ts';
import { lineRoutes } from '../lines/management.ts';
import { runCli } from './program.ts';

const zero = {
  late: 0,
  repeated: 0,
  missing: 0,
  refused: 0,
  refusedByPeer: 0,
  dead: 0,
  waiting: 0,
  lagMs: undefined,
};
const status = {
  principal: 'head-end',
  epoch: 1,
  port: 7001,
  outbox: { messages: 3, octets: 900 },
  peersRefused: 0,
  channels: [],
  lines: [
    { ...zero, line: '2', sent: 41, received: 7, rate: 1.5, waiting: 3, lastRefusal: undefined },
    {
      ...zero,
      line: '18',
      sent: 0,
      received: 0,
      rate: 0,
      refused: 1,
      lastRefusal: {
        reason: 'label',
        detail: 'a to b',
        peer: 'meter-management',
        at: '2026-01-01T00:00:00Z',
      },
    },
    { ...zero, line: '7', sent: 0, received: 0, rate: 0, lastRefusal: undefined },
  ],
};

describe('wattward lines', () => {
  const state = mkdtempSync(join(tmpdir(), 'wattward-cli-'));
  const reissued: number[] = [];
  const app = fastify();
  const letter = {
    id: 12,
    type: 'L2.mdms.meter-event',
    destination: 'mdms',
    reason: 'refused',
    diedAt: '2026-01-02T03:04:05.6Z',
  };
  const lines = {
    status: async () => status,
    deadLetters: async () => [letter],
    reissue: async (id: number) => void reissued.push(id),
  } as unknown as Lines;
  before(async () => {
    mkdirSync(join(state, 'run'));
    lineRoutes(app, () => lines);
    await app.listen({ path: join(state, 'run', 'head-end.sock') });
  });
  after(async () => {
    await app.close();
    rmSync(state, { recursive: true });
  });

  async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
    let out = '';
    let err = '';
    const code = await runCli([...args, '--state', state], {
      stdout: { write: (text: string) => (out += text), columns: 120 },
      stderr: { write: (text: string) => (err += text) },
      env: {},
    });
    return { code, out, err };
  }

  test('shows lines that carried or refused something, with the reason', async () => {
    const { code, out } = await run('lines');
    assert.equal(code, 0);
    assert.match(out, /head-end\s+2\s+41\s+7/);
    assert.match(out, /label: a to b \(meter-management\)/);
    assert.ok(!/head-end\s+7 /.test(out));
    assert.match((await run('lines', '--all')).out, /head-end\s+7 /);
    const { components } = JSON.parse((await run('lines', '--json')).out) as {
      components: { lines: unknown[] }[];
    };
    assert.equal(components[0]!.lines.length, 2);
  });

  test('lists dead letters and has one re-issued', async () => {
    assert.match((await run('lines', 'dead')).out, /head-end\s+12\s+L2\.mdms\.meter-event/);
    assert.equal((await run('lines', 'reissue', '12', '--component', 'head-end')).code, 0);
    assert.deepEqual(reissued, [12]);
    assert.equal((await run('lines', 'reissue', 'x', '--component', 'head-end')).code, 2);
    assert.equal((await run('lines', 'reissue', '12', '--component', 'mdms')).code, 69);
    assert.equal((await run('lines', 'reissue', '12')).code, 2);
  });

  test('says when nobody answers, and when there is no such component', async () => {
    assert.equal((await run('lines', '--component', 'mdms')).code, 69);
    assert.equal((await run('lines', '--component', 'moon')).code, 1);
  });
});
