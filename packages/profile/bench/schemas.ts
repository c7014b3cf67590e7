/** How many payloads a second are checked, by message: `tools/node packages/profile/bench/schemas.ts`. */
import { checkPayload, exampleOf, permittedMessages } from '../src/index.ts';

const warmUpChecks = 200_000;
const measuredChecks = 1_000_000;

/** Checks a second over eight examples of one message, so that no single value is all the compiler sees. */
function rate(messageId: string): number {
  const examples = Array.from({ length: 8 }, (_each, seed) => exampleOf(messageId, seed));
  let refused = 0;
  const run = (checks: number): void => {
    for (let at = 0; at < checks; at += 1) {
      if (checkPayload(messageId, examples[at & 7]) !== undefined) refused += 1;
    }
  };
  run(warmUpChecks);
  const begin = performance.now();
  run(measuredChecks);
  const elapsedMs = performance.now() - begin;
  if (refused > 0) throw new Error(`${refused} examples of ${messageId} were refused`);
  return (measuredChecks / elapsedMs) * 1000;
}

/** Megabytes of packed values a second in batches of 1000 meter-days. */
function batchRate(): { readonly blocks: number; readonly megabytes: number } {
  const block = {
    readingType: '0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.0.72.0',
    day: '2026-03-01',
    intervalMinutes: 15,
    values: new Uint8Array(384),
    qualities: new Uint8Array(96),
    qualityCodes: ['3.0.1'],
    origin: 'received',
    version: 1,
  };
  const blocks = Array.from({ length: 1000 }, (_each, index) => ({ meter: `M-${index}`, ...block }));
  const batch = { batchId: '00000000-0000-4000-8000-000000000000', blocks };
  const rounds = 1000;
  const begin = performance.now();
  for (let round = 0; round < rounds; round += 1) {
    if (checkPayload('L2.mdms.meter-reading', batch) !== undefined) throw new Error('the batch was refused');
  }
  const seconds = (performance.now() - begin) / 1000;
  return { blocks: (rounds * 1000) / seconds, megabytes: (rounds * 1000 * 480) / seconds / 1e6 };
}

const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
const small = [
  'L7X.head-end.meter-reading-report-acknowledgement',
  'L1.meter.scheduled-turn-off-command',
  'L1.head-end.removal-event',
  'L39X.meter.relayed-request',
  'L39.collector.meter-last-gasp-message',
  'X503.switching-authority.permit',
];
const before = performance.now();
checkPayload('none', undefined);
console.log(
  `compiled ${permittedMessages().length} messages in ${whole(performance.now() - before)} ms, the profile included`,
);
for (const messageId of small) console.log(`${messageId}: ${whole(rate(messageId))} checks/s`);
const { blocks, megabytes } = batchRate();
console.log(`day blocks in batches of 1000: ${whole(blocks)} blocks/s, ${whole(megabytes)} MB/s of values`);
