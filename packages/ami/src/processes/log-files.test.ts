import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { LineSplitter, LogFile, LogFiles, maxLineOctets } from './log-files.ts';
import { isShown, readLogLine, showLogRecord } from './log-lines.ts';

const folder = mkdtempSync(join(tmpdir(), 'wattward-logs-'));
after(() => rmSync(folder, { recursive: true }));
const now = new Date('2026-11-22T01:02:03Z');

test('a file is rotated by size and only so many are kept, in order', () => {
  const path = join(folder, 'a.log');
  const file = new LogFile(path, { fileOctets: 100, files: 2 });
  for (let i = 0; i < 40; i++) file.write(`line ${String(i).padStart(12, '0')}`);
  file.close();
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith('a.log')),
    ['a.log', 'a.log.1', 'a.log.2'],
  );
  const all = ['.2', '.1', ''].map((end) => readFileSync(`${path}${end}`, 'utf8')).join('');
  const numbers = all
    .trimEnd()
    .split('\n')
    .map((line) => Number(line.slice(5)));
  assert.deepEqual(
    numbers,
    numbers.map((_, i) => 40 - numbers.length + i),
  );
  for (const end of ['', '.1', '.2']) assert.ok(statSync(`${path}${end}`).size <= 100);
});

test('what was there before is appended to', () => {
  const limits = { fileOctets: 1000, files: 1 };
  for (const line of ['one', 'two']) {
    const files = new LogFiles(folder, limits);
    files.write('b', line);
    files.close();
  }
  assert.equal(readFileSync(join(folder, 'b.log'), 'utf8'), 'one\ntwo\n');
});

test('a log that cannot be written costs lines, counted, and nothing else', () => {
  const file = new LogFile(join(folder, 'absent', 'c.log'), { fileOctets: 1000, files: 1 });
  file.write('lost');
  file.write('lost');
  assert.equal(file.dropped, 2);
  assert.ok(!existsSync(join(folder, 'absent')));
});

test('lines come out as they went in, however the stream is cut', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.string({ minLength: 1, maxLength: 40 }).filter((text) => !text.includes('\n')),
        { maxLength: 20 },
      ),
      fc.integer({ min: 1, max: 50 }),
      (lines, size) => {
        const got: string[] = [];
        const splitter = new LineSplitter((line) => got.push(line));
        const octets = Buffer.from(lines.map((line) => `${line}\n`).join(''));
        for (let at = 0; at < octets.length; at += size) splitter.push(octets.subarray(at, at + size));
        assert.deepEqual(
          got,
          lines.map((line) => Buffer.from(line).toString()),
        );
      },
    ),
  );
});

test('a line without end is cut, and memory stays bounded', () => {
  const got: string[] = [];
  const splitter = new LineSplitter((line) => got.push(line));
  for (let i = 0; i < 1000; i++) splitter.push(Buffer.alloc(1000, 'x'));
  splitter.push(Buffer.from('\nnext\n'));
  assert.equal(got.length, 2);
  assert.ok(got[0]!.startsWith('x'.repeat(maxLineOctets)) && got[0]!.endsWith('(cut)'));
  assert.equal(got[1], 'next');
});

test('what a process prints is taken as a record of that process, whatever it claims', () => {
  const claimed = JSON.stringify({ level: 'warn', time: 't', component: 'supervisor', msg: 'hello', n: 1 });
  assert.deepEqual(readLogLine(claimed, 'mdms', 'info', now), {
    ...{ level: 'warn', time: 't', component: 'mdms', msg: 'hello', n: 1 },
  });
  for (const line of ['TypeError: x', '{"level":"shout","msg":"x"}', '[1]', 'null', '{"msg":']) {
    assert.deepEqual(readLogLine(line, 'mdms', 'error', now), {
      ...{ level: 'error', time: now.toISOString(), component: 'mdms', msg: line },
    });
  }
});

test('the terminal shows one line without control characters', () => {
  const record = readLogLine('\u001b[2Jgone\nnext\u202e', 'mdms', 'error', now);
  const shown = showLogRecord({ ...record, more: '\u0007' });
  assert.doesNotMatch(shown, /[\p{Cc}\u202e]/u);
  assert.match(shown, /^01:02:03 {2}mdms .* error {2}.*gone ⏎ next/);
  assert.ok(showLogRecord({ ...record, msg: 'x'.repeat(100_000) }).length < 1000);
});

test('levels are shown from the least one on', () => {
  assert.deepEqual(
    ['debug', 'info', 'warn', 'error'].map((least) => isShown('warn', least)),
    [true, true, true, false],
  );
  assert.equal(isShown('fatal', 'none'), false);
});
