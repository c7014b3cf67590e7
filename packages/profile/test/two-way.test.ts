/** The profile's data against three extractions of v0.48 that were made apart from it, both ways. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { needsShared, sharedJson, sharedPath } from '../../../tools/shared.ts';
import { endNamed, messageSlug, otherEnd, profile, profileMessages, scenarioById } from '../src/index.ts';

const seed = 'seeds/security-profile-for-ami-v0.48.txt';

interface Extracted {
  readonly line: string;
  readonly destination: string;
  readonly name: string;
  readonly references: string;
}

/** Appendix B writes `B1 – Sc1, Sc2; CDR&LC`, once with a hyphen for the dash. */
function referencesOf(cell: string): readonly string[] {
  return cell.split(';').flatMap((part) => {
    const trimmed = part.trim();
    if (trimmed === 'CDR&LC') return ['CDRLC'];
    const [, useCase, rest] = /^([A-Z]\d)\s*[–-]\s*(.+)$/.exec(trimmed) ?? assert.fail(`reference ${cell}`);
    return rest!.split(',').map((scenario) => `${useCase}-${scenario.trim()}`);
  });
}

/** `appendix-b.json` mends the misspellings of v0.48 itself, and leaves its typographic marks. */
const mendedThere: readonly string[] = [
  'L15.cis.informational-message-receipt-confirmation',
  'L39.collector.meter-last-gasp-message',
  'L40.outage-management-system.meter-last-gasp-message',
];

/** What the profile holds of each message, in the words of v0.48: repaired names are turned back, but `kept` ones. */
function printedProfile(kept: readonly string[]): readonly string[] {
  const repairs = profile().nameRepairs.filter((repair) => !kept.includes(repair.message));
  const printed = new Map(repairs.map((repair) => [repair.message, repair.printed]));
  return profileMessages()
    .map(
      (message) =>
        `${message.line} > ${message.destination} | ${printed.get(message.id) ?? message.name} | ${message.references.join(' ')}`,
    )
    .sort();
}

function destinationId(name: string): string {
  const end = endNamed(name);
  assert.ok(end !== undefined, `no component or actor is called ${name}`);
  return end.id;
}

function compare(rows: readonly Extracted[], kept: readonly string[] = []): void {
  const theirs = rows
    .map(
      (row) =>
        `${row.line} > ${destinationId(row.destination)} | ${row.name} | ${referencesOf(row.references).join(' ')}`,
    )
    .sort();
  assert.equal(theirs.length, 289);
  assert.deepEqual(printedProfile(kept), theirs);
}

interface AppendixRow {
  readonly line: number;
  readonly destination: string;
  readonly messages: readonly { readonly information: string; readonly reference: string }[];
}

interface Analysis {
  readonly communication_lines: readonly {
    readonly link: number;
    readonly to: string;
    readonly scope: string;
    readonly messages: readonly { readonly message: string; readonly ref: string }[];
  }[];
}

describe('Appendix B', needsShared('profile/appendix-b.json'), () => {
  const rows = (): readonly AppendixRow[] => sharedJson<AppendixRow[]>('profile/appendix-b.json');

  test('every message is here with its name and scenarios, and nothing else is', () => {
    compare(
      rows().flatMap((row) =>
        row.messages.map((message) => ({
          line: String(row.line),
          destination: row.destination,
          name: message.information,
          references: message.reference,
        })),
      ),
      mendedThere,
    );
  });

  test('every direction is here with both ends in its order, the empty ones included', () => {
    assert.deepEqual(
      profile().lines.flatMap((line) =>
        line.directions.map(
          (direction) => `${line.id} > ${direction.destination} ${direction.messages.length}`,
        ),
      ),
      rows().map((row) => `${row.line} > ${destinationId(row.destination)} ${row.messages.length}`),
    );
  });
});

describe('the reading of the controls', needsShared('profile/controls-analysis.json'), () => {
  const lines = (): Analysis['communication_lines'] =>
    sharedJson<Analysis>('profile/controls-analysis.json').communication_lines;

  test('its communication lines hold the same messages', () => {
    compare(
      lines().flatMap((row) =>
        row.messages.map(({ message, ref }) => ({
          line: String(row.link),
          destination: row.to,
          name: message,
          references: ref,
        })),
      ),
    );
  });

  test('it finds every line in the same scope', () => {
    const scopes: Readonly<Record<string, string>> = {
      'in-scope': 'inside',
      'in-out': 'boundary',
      'out-out': 'outside',
    };
    const theirs = new Map(lines().map((row) => [String(row.link), scopes[row.scope]]));
    assert.deepEqual(new Map(profile().lines.map((line) => [line.id, line.scope])), theirs);
  });
});

interface ScenarioRow {
  readonly use_case: string;
  readonly scenario: number | null;
  readonly title: string;
  readonly source: string;
}

describe('the list of scenarios', needsShared('profile/scenarios.json'), () => {
  const rows = (): readonly ScenarioRow[] => sharedJson<ScenarioRow[]>('profile/scenarios.json');

  test('both hold the same scenarios with the same titles, in the same order', () => {
    const id = (row: ScenarioRow): string =>
      row.scenario === null ? row.use_case.replace('&', '') : `${row.use_case}-Sc${row.scenario}`;
    assert.deepEqual(
      profile().scenarios.map((scenario) => `${scenario.id} ${scenario.title}`),
      rows().map((row) => `${id(row)} ${row.title}`),
    );
  });

  test('a title is called published only where a publication is named, and ours where it was inferred', () => {
    for (const row of rows()) {
      const id = row.scenario === null ? row.use_case : `${row.use_case}-Sc${row.scenario}`;
      const wanted =
        row.source === 'inferred' ? 'ours' : row.source.startsWith('https:') ? 'published' : 'profile';
      assert.equal(scenarioById(id).titleSource, wanted, id);
    }
  });
});

test('every repaired name is printed so in v0.48', needsShared(seed), () => {
  const text = readFileSync(sharedPath(seed)!, 'utf8');
  for (const repair of profile().nameRepairs) assert.ok(text.includes(repair.printed), repair.printed);
});

test('every repaired name says what v0.48 prints and differs from it', () => {
  for (const repair of profile().nameRepairs) {
    const message = profileMessages().find(({ id }) => id === repair.message);
    assert.ok(message !== undefined, repair.message);
    assert.notEqual(message.name, repair.printed);
    assert.equal(repair.clause, message.clause);
    assert.notEqual(repair.reason, '');
  }
});

test('no message name carries typographic marks, and each slug is readable', () => {
  for (const message of profileMessages()) {
    assert.match(message.name, /^[\x20-\x7e]+$/, message.id);
    assert.match(messageSlug(message.name), /^[a-z0-9]+(-[a-z0-9]+)*$/);
  }
});

test('no message answers itself: source and destination are the two ends of the line', () => {
  for (const line of profile().lines) {
    for (const direction of line.directions) {
      assert.equal(otherEnd(line.ends, direction.destination), direction.source);
      for (const message of direction.messages) assert.equal(message.source, direction.source);
    }
  }
});
