/** The tables of this folder against v0.48, against the analysis of it, and against themselves. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { needsShared, sharedJson, sharedPath } from '../../../../tools/shared.ts';
import type { Role } from '../model.ts';
import { auditEvents } from './audit-events.ts';
import { errata } from './errata.ts';
import { extensions } from './extensions.ts';
import { families } from './families.ts';
import { governedClasses, governedScopes, governorLimitId } from './governor-limits.ts';
import { asapControls, mappings } from './mappings.ts';
import { matrix, matrixColumns, matrixFamilies, matrixHeadingMarks } from './matrix.ts';
import {
  accessAdministration,
  auditAdministration,
  breakGlassOperations,
  neverAboutOneself,
  operations,
  systemAdministration,
} from './operations.ts';
import { parameterOrder, parameters } from './parameters.ts';
import { roleExclusions, roles } from './roles.ts';

const seed = 'seeds/security-profile-for-ami-v0.48.txt';
const analysisFile = 'profile/controls-analysis.json';

interface Analysis {
  readonly counts: {
    readonly matrix_rows_numbered: number;
    readonly matrix_rows_total: number;
    readonly matrix_rows_with_a_mark: number;
    readonly matrix_marked_without_text: readonly string[];
    readonly matrix_unmarked_without_text: number;
    readonly text_without_matrix_row: readonly string[];
    readonly text_with_unmarked_row: readonly string[];
    readonly marked_all_components: number;
    readonly marked_all_components_with_text: number;
    readonly marked_organizational_only_with_text: number;
    readonly asap_origin: readonly string[];
    readonly by_family: Readonly<Record<string, number>>;
  };
  readonly controls: readonly AnalysedRow[];
  readonly matrix_only: readonly AnalysedRow[];
  readonly matrix_rows_out_of_scope: readonly { readonly id: string; readonly title: string }[];
  readonly errata: readonly string[];
}
interface AnalysedRow {
  readonly id: string;
  readonly title: string;
  readonly applies_to: {
    readonly row: boolean;
    readonly marks: readonly string[];
    readonly comment?: string;
  };
}

/** The analysis calls four components by longer names. */
const columnOfAnalysis: Readonly<Record<string, string>> = {
  'comm-network-device': 'collector',
  'meter-mgmt': 'meter-management',
  'network-mgmt': 'network-management',
  'grid-control-center': 'grid-control',
};

/** One row as the seed prints it, cells counted from the one that holds the control's name. */
interface PrintedRow {
  readonly id: string | undefined;
  readonly title: string;
  readonly marks: readonly string[];
  readonly comment: string;
}

/** Reads appendix A of the seed: its rows, and the crosses on headings of families. */
function readPrintedMatrix(): { rows: PrintedRow[]; headings: { family: string; column: string }[] } {
  const lines = readFileSync(sharedPath(seed)!, 'utf8').split('\n');
  const from = lines.findLastIndex((line) => line.startsWith('A.1 Controls and Components Matrix'));
  const to = lines.findLastIndex((line) => line.startsWith('Appendix B Communication'));
  assert.ok(from > 0 && to > from);
  const rows: PrintedRow[] = [];
  const headings: { family: string; column: string }[] = [];
  const numbered = /^(?:- )?(\d+\.\d+\.\d+) (.+)$/;
  for (const line of lines.slice(from, to)) {
    const cells = line.split('\t');
    if (cells.includes('Applies to all components') || (cells.length === 1 && !line.startsWith('- ')))
      continue;
    const at = cells.findIndex((cell) => numbered.test(cell));
    const marked = cells
      .slice(Math.max(at, 0))
      .flatMap((cell, index) =>
        index > 0 && cell !== '' ? [[matrixColumns[index - 1]!.column, cell] as const] : [],
      );
    const marks = marked.filter(([column]) => column !== 'comment').map(([column]) => column);
    const comment = marked.find(([column]) => column === 'comment')?.[1] ?? '';
    const heading = /^(\d+\.\d+) /.exec(cells[0]!);
    if (at >= 0) {
      const [, id, title] = numbered.exec(cells[at]!)!;
      rows.push({ id: id!, title: title!, marks, comment });
    } else if (heading !== null) {
      for (const [column] of marked) headings.push({ family: heading[1]!, column });
    } else if (marked.length > 0) {
      rows.push({ id: undefined, title: cells[0]!, marks, comment });
    }
  }
  return { rows, headings };
}

const hasOperation = (role: Role, operation: string): boolean => role.operations.includes(operation);

/** Every set of operations that one person can come to hold: one role, or two that may be held together. */
function reach(): { readonly roles: readonly string[]; readonly operations: ReadonlySet<string> }[] {
  return roles.flatMap((first, index) =>
    roles
      .slice(index)
      .filter((second) => !first.excludes.includes(second.id))
      .map((second) => ({
        roles: first === second ? [first.id] : [first.id, second.id],
        operations: new Set([...first.operations, ...second.operations]),
      })),
  );
}

test('ids are unique in every table', () => {
  for (const table of [matrix, errata, extensions, parameters, roles, operations, auditEvents, families]) {
    const ids = table.map(({ id }) => id);
    assert.deepEqual(ids, [...new Set(ids)]);
  }
});

test('the matrix has the rows, marks and comments that the seed prints', needsShared(seed), () => {
  const printed = readPrintedMatrix();
  assert.deepEqual(
    matrix.map(({ id, title, marks, comment, numbered }) => ({
      id: numbered ? id : undefined,
      title,
      marks,
      comment,
    })),
    printed.rows,
  );
  assert.deepEqual([...matrixHeadingMarks], printed.headings);
});

test('the matrix agrees with the analysis, row by row and in its counts', needsShared(analysisFile), () => {
  const { counts, controls, matrix_only, matrix_rows_out_of_scope } = sharedJson<Analysis>(analysisFile);
  const text = new Set(controls.map(({ id }) => id));
  const marked = matrix.filter(({ marks }) => marks.length > 0);
  const ids = (rows: typeof matrix): string[] => rows.map(({ id }) => id);
  assert.equal(matrix.length, counts.matrix_rows_total);
  assert.equal(matrix.filter(({ numbered }) => numbered).length, counts.matrix_rows_numbered);
  assert.equal(marked.length, counts.matrix_rows_with_a_mark);
  assert.deepEqual(ids(marked.filter(({ hasText }) => !hasText)), counts.matrix_marked_without_text);
  const bare = matrix.filter(({ hasText, marks }) => !hasText && marks.length === 0);
  assert.equal(bare.length, counts.matrix_unmarked_without_text);
  assert.deepEqual(
    [...text].filter((id) => !matrix.some((row) => row.id === id)),
    counts.text_without_matrix_row,
  );
  const unmarked = matrix.filter(({ hasText, marks }) => hasText && marks.length === 0);
  assert.deepEqual(ids(unmarked), counts.text_with_unmarked_row);
  const all = marked.filter(({ marks }) => marks.includes('all'));
  assert.equal(all.length, counts.marked_all_components);
  assert.equal(all.filter(({ hasText }) => hasText).length, counts.marked_all_components_with_text);

  const analysed = [...controls, ...matrix_only].filter(({ applies_to }) => applies_to.row);
  for (const { id, applies_to } of analysed) {
    const row = matrix.find((candidate) => candidate.id === id);
    assert.ok(row !== undefined, id);
    assert.equal(row.hasText, text.has(id), id);
    const expected = applies_to.marks.map((mark) => columnOfAnalysis[mark] ?? mark);
    assert.deepEqual([...row.marks].sort(), expected.sort(), id);
  }
  const known = new Set([...analysed, ...matrix_rows_out_of_scope].map(({ id }) => id));
  assert.deepEqual(ids(matrix.filter(({ id }) => !known.has(id))), []);
  assert.deepEqual(
    [...known].filter((id) => !matrix.some((row) => row.id === id)),
    [],
  );
  const organizational = matrix.filter(({ hasText, marks }) => hasText && marks.join() === 'organizational');
  assert.equal(organizational.length, counts.marked_organizational_only_with_text);
});

test('families cover the controls with text and the matrix', needsShared(analysisFile), () => {
  const { counts } = sharedJson<Analysis>(analysisFile);
  assert.deepEqual(
    families.map(({ id }) => id),
    Object.keys(counts.by_family),
  );
  const inMatrix = new Map(matrixFamilies.map(({ id, title }) => [id, title]));
  for (const { id, title } of families) if (inMatrix.has(id)) assert.equal(title, inMatrix.get(id));
  for (const { family } of matrix) assert.ok(inMatrix.has(family), family);
});

test(
  'every control of DHS origin maps to its DHS number, and no other mapping is claimed',
  needsShared(analysisFile),
  () => {
    const { counts, controls } = sharedJson<Analysis>(analysisFile);
    assert.deepEqual([...asapControls], [...counts.asap_origin]);
    const dhs = controls.map(({ id }) => id).filter((id) => !counts.asap_origin.includes(id));
    assert.equal(mappings.length, 100);
    assert.deepEqual(mappings.map(({ control }) => control).sort(), dhs.sort());
    for (const mapping of mappings) {
      assert.equal(mapping.target, mapping.control);
      assert.equal(mapping.catalogue, 'DHS-2008');
      assert.notEqual(mapping.source, '');
    }
  },
);

/** For each of the 26 findings of the analysis, the errata that restate it. */
const errataOfAnalysis: readonly (readonly string[])[] = [
  ['E01', 'E02', 'E03'],
  ['E04'],
  ['E05'],
  ['E06'],
  ['E07', 'E08', 'E09', 'E10', 'E11', 'E12'],
  ['E13', 'E14'],
  ['E15', 'E16', 'E17', 'E18', 'E19', 'E20'],
  ['E21'],
  ['E22'],
  ['E23'],
  ['E24'],
  ['E25', 'E26', 'E27', 'E28', 'E29'],
  ['E61'],
  ['E30', 'E31', 'E32'],
  ['E34', 'E36', 'E37', 'E38'],
  ['E39', 'E40'],
  ['E42'],
  ['E43'],
  ['E44'],
  ['E45', 'E46'],
  ['E47'],
  ['E48', 'E49', 'E50'],
  ['E51', 'E52'],
  ['E53'],
  ['E54'],
  ['E59', 'E60'],
];

test(
  'the errata cover the analysis, and every extension mends something that exists',
  needsShared(analysisFile),
  () => {
    assert.equal(sharedJson<Analysis>(analysisFile).errata.length, errataOfAnalysis.length);
    const ids = errata.map(({ id }) => id);
    assert.deepEqual(
      ids,
      ids.map((_, index) => `E${String(index + 1).padStart(2, '0')}`),
    );
    for (const id of errataOfAnalysis.flat()) assert.ok(ids.includes(id), id);
    for (const { id, finding, resolution } of errata) {
      assert.ok(finding.length > 20 && resolution.length > 5, id);
      for (const [, list] of resolution.matchAll(/[Ss]ee extensions? ([a-z0-9, -]+(?: and [a-z-]+)?)/g)) {
        for (const named of list!.split(/, | and /)) {
          const extension = extensions.find((candidate) => candidate.id === named.trim());
          assert.ok(extension?.mends.includes(id), `${id} names ${named}, which does not mend it`);
        }
      }
    }
    for (const { id, mends } of extensions) {
      assert.ok(mends.length > 0, id);
      for (const mended of mends)
        assert.ok(ids.includes(mended) || /^[24]\.\d+(\.\d+)*$/.test(mended), `${id}: ${mended}`);
    }
  },
);

const groups = [
  'access',
  'audit',
  'trust',
  'lines',
  'switching',
  'data',
  'maintenance',
  'field',
  'store',
  'process',
];

test('parameters have a range, a default inside it, a known group and the unit last', () => {
  const lastWord: Readonly<Record<string, RegExp>> = {
    minutes: /(Minutes|PerMinute)$/,
    hours: /Hours$/,
    days: /Days$/,
    months: /Months$/,
    years: /Years$/,
    seconds: /Seconds$/,
    percent: /Percent$/,
    characters: /Characters$/,
    bits: /Bits$/,
    octets: /Octets(PerMinute)?$/,
    kilowatts: /Kilowatts$/,
    levels: /Levels$/,
    count: /^(?!.*(Minutes|Hours|Days|Months|Years|Seconds|Percent|Octets|Kilowatts)$)/,
  };
  for (const { id, unit, minimum, maximum, default: normal, reason, clause } of parameters) {
    const [group, name] = id.split('.');
    assert.ok(groups.includes(group!), id);
    assert.match(name!, lastWord[unit]!, id);
    assert.ok(Number.isInteger(minimum) && Number.isInteger(maximum) && Number.isInteger(normal), id);
    assert.ok(minimum >= 0 && minimum <= normal && normal <= maximum, id);
    assert.ok(reason.length > 10 && clause !== '', id);
    if (unit === 'percent') assert.ok(maximum <= 100, id);
  }
  assert.deepEqual([...new Set(parameters.map(({ id }) => id.split('.')[0]))].sort(), [...groups].sort());
});

/** What the text itself says: id, the ends it gives (undefined where it gives none) and a default it names. */
const stated: readonly (readonly [id: string, minimum: number | undefined, maximum: number | undefined])[] = [
  ['access.sessionLockMinutes', 5, 15],
  ['field.toolLockMinutes', 5, 15],
  ['access.authenticationFactors', 2, undefined],
  ['access.approvalsNeeded', 2, undefined],
  ['access.accountReviewMonths', undefined, 12],
  ['audit.embeddedStorageDays', 7, undefined],
  ['audit.serverStorageMonths', 1, undefined],
  ['audit.centralStorageYears', 1, undefined],
  ['lines.authoritativeNameServers', 2, undefined],
  ['switching.delayMinimumMinutes', 0, 0],
  ['switching.delayMaximumMinutes', 360, undefined],
  ['switching.independentConfirmations', 2, undefined],
  ['data.classificationLevels', 3, undefined],
  ['process.continuityTrainingMonths', undefined, 12],
  ['process.customerInformationMonths', undefined, 12],
  ['process.continuityTestMonths', undefined, 12],
  ['process.continuityReviewMonths', undefined, 12],
];

const parameter = (id: string): (typeof parameters)[number] => {
  const found = parameters.find((candidate) => candidate.id === id);
  assert.ok(found !== undefined, id);
  return found;
};

test('ranges that claim to be the text’s are the ones it states, and no others claim it', () => {
  const claiming = parameters.filter(({ rangeFrom }) => rangeFrom === 'profile').map(({ id }) => id);
  assert.deepEqual(claiming.sort(), stated.map(([id]) => id).sort());
  for (const [id, minimum, maximum] of stated) {
    if (minimum !== undefined) assert.equal(parameter(id).minimum, minimum, id);
    if (maximum !== undefined) assert.equal(parameter(id).maximum, maximum, id);
  }
  assert.equal(parameter('access.concurrentSessions').default, 1);
});

/** Factor to seconds for the units of time; a month counts as 30 days and a year as 365. */
const secondsPer: Readonly<Record<string, number>> = {
  seconds: 1,
  minutes: 60,
  hours: 3600,
  days: 86_400,
  months: 30 * 86_400,
  years: 365 * 86_400,
};

test('defaults stand in the order that the relations state, in units that compare', () => {
  for (const { low, high } of parameterOrder) {
    const [a, b] = [parameter(low), parameter(high)];
    const factors = [secondsPer[a.unit], secondsPer[b.unit]];
    if (a.unit !== b.unit) assert.ok(!factors.includes(undefined), `${low}, ${high}`);
    const [atLow, atHigh] = [a.default * (factors[0] ?? 1), b.default * (factors[1] ?? 1)];
    assert.ok(atLow <= atHigh, `${low} > ${high}`);
  }
  const delay = parameter('switching.delayMaximumMinutes').default;
  assert.ok(parameter('switching.latestExecutionHours').default * 60 > delay);
  assert.ok(parameter('trust.counterReserve').maximum < 2 ** 32);
});

test('the governor has a limit for each class, scope and unit, wider scopes allowing no less', () => {
  for (const governed of governedClasses) {
    for (const unit of ['Meters', 'Kilowatts'] as const) {
      const limits = governedScopes.map((scope) => parameter(governorLimitId(governed, scope, unit)).default);
      assert.deepEqual(
        limits,
        [...limits].sort((a, b) => a - b),
        `${governed} ${unit}`,
      );
    }
  }
  const requested = parameter('switching.requestMaximumMeters').default;
  assert.ok(requested <= parameter(governorLimitId('disconnect', 'system', 'Meters')).default);
});

test('dual operations are pairs, and nothing else is dual', () => {
  for (const { id, dual } of operations) {
    const [, stem, end] = /^(.+)\.(request|approve)$/.exec(id) ?? [];
    assert.equal(dual, stem !== undefined, id);
    if (stem === undefined) continue;
    const other = `${stem}.${end === 'request' ? 'approve' : 'request'}`;
    assert.ok(
      operations.some((operation) => operation.id === other),
      other,
    );
  }
});

test('lists of operations and roles name ones that exist, and every operation has a role', () => {
  const known = new Set(operations.map(({ id }) => id));
  const lists = [
    accessAdministration,
    auditAdministration,
    systemAdministration,
    neverAboutOneself,
    breakGlassOperations,
  ];
  for (const id of lists.flat()) assert.ok(known.has(id), id);
  for (const role of roles) {
    for (const id of role.operations) assert.ok(known.has(id), `${role.id}: ${id}`);
    assert.deepEqual([...role.operations], [...new Set(role.operations)], role.id);
  }
  const unreachable = [...known].filter((id) => !roles.some((role) => hasOperation(role, id)));
  assert.deepEqual(unreachable, []);
  const roleIds = roles.map(({ id }) => id);
  for (const id of roleExclusions.flatMap(({ roles: pair }) => pair)) assert.ok(roleIds.includes(id), id);
  for (const { id, excludes } of roles) {
    assert.ok(!excludes.includes(id), id);
    for (const other of excludes)
      assert.ok(roles.find((role) => role.id === other)!.excludes.includes(id), `${id}, ${other}`);
  }
});

test('nobody can request and approve the same thing, with any roles that go together', () => {
  const stems = operations.flatMap(({ id, dual }) =>
    dual && id.endsWith('.request') ? [id.slice(0, -8)] : [],
  );
  assert.ok(stems.length > 20);
  const combinations = reach();
  assert.ok(combinations.length > roles.length);
  for (const { roles: held, operations: able } of combinations) {
    const both = stems.filter((stem) => able.has(`${stem}.request`) && able.has(`${stem}.approve`));
    assert.deepEqual(both, [], held.join(' + '));
  }
  for (const stem of stems) {
    for (const end of ['request', 'approve']) {
      assert.ok(
        roles.some((role) => hasOperation(role, `${stem}.${end}`)),
        `nobody can ${stem}.${end}`,
      );
    }
  }
});

test('nobody administers access and audit, audits and administers systems, or grants a right alone', () => {
  const any = (able: ReadonlySet<string>, ids: readonly string[]): boolean => ids.some((id) => able.has(id));
  const auditing = ['audit.search', 'audit.export', 'audit.report', 'access.break-glass.review'];
  for (const { roles: held, operations: able } of reach()) {
    const who = held.join(' + ');
    assert.ok(!(any(able, accessAdministration) && any(able, auditAdministration)), who);
    assert.ok(!(any(able, systemAdministration) && any(able, auditAdministration)), who);
    if (held.includes('auditor')) assert.deepEqual(held, ['auditor']);
    assert.ok(!(able.has('access.break-glass.use') && able.has('access.break-glass.review')), who);
    assert.ok(!(able.has('access.role.request') && able.has('access.role.approve')), who);
    assert.ok(!(able.has('access.account.request') && able.has('access.role.approve')), who);
    assert.ok(!(able.has('access.authenticator.request') && able.has('switching.disconnect.approve')), who);
    if (any(able, auditing.slice(1))) assert.ok(!any(able, systemAdministration), who);
  }
});

test('who asks for or approves switching can neither resume it nor move its limits', () => {
  const moving = operations.filter(({ id }) =>
    /^(switching|demand-response|field)\..*\.(request|approve)$/.test(id),
  );
  const steering = operations.filter(({ id }) => /^governor\.(resume|limits)\./.test(id));
  assert.ok(moving.length >= 12 && steering.length === 4);
  for (const { roles: held, operations: able } of reach()) {
    const both = moving.some(({ id }) => able.has(id)) && steering.some(({ id }) => able.has(id));
    assert.ok(!both, held.join(' + '));
  }
});

test('break-glass makes things safer and nothing else', () => {
  const emergency = roles.find(({ id }) => id === 'emergency')!;
  const extra = emergency.operations.filter((id) => !breakGlassOperations.includes(id));
  assert.deepEqual(extra, ['profile.view']);
  for (const id of breakGlassOperations)
    assert.ok(!operations.find((operation) => operation.id === id)!.dual, id);
});

test('cancel and suspend need one person, and several roles can do them', () => {
  for (const id of ['switching.cancel', 'governor.suspend']) {
    assert.equal(operations.find((operation) => operation.id === id)!.dual, false);
    assert.ok(roles.filter((role) => hasOperation(role, id)).length >= 5, id);
  }
});

test('the audit catalogue covers the list of 2.16.2 and the groups of its requirement', () => {
  const of = (clause: string): string[] =>
    auditEvents.filter((event) => event.clause.split(', ').includes(clause)).map(({ id }) => id);
  for (let item = 1; item <= 7; item += 1) assert.ok(of(`2.16.2.2 item ${item}`).length > 0, `item ${item}`);
  for (const [item, least] of [
    ['2.16.5.1 item 1', 1],
    ['2.16.5.1 item 2', 1],
    ['2.16.5.1 item 3', 2],
    ['2.14.6.3 item 1.1', 1],
    ['2.14.3.3 item 5', 2],
  ] as const) {
    assert.ok(of(item).length >= least, item);
  }
  for (const group of ['security', 'control', 'configuration', 'audit', 'operation']) {
    assert.ok(
      auditEvents.some((event) => event.group === group),
      group,
    );
  }
  const steps = [
    'requested',
    'approved',
    'governed',
    'signed',
    'delivered',
    'executed',
    'cancelled',
    'expired',
  ];
  const design = [
    'epoch.begun',
    'audit.journal.merged',
    'audit.checkpoint.cosigned',
    'clock.jumped',
    'line.gap.found',
  ];
  const known = new Set(auditEvents.map(({ id }) => id));
  for (const id of [...steps.map((step) => `switching.${step}`), ...design]) assert.ok(known.has(id), id);
  for (const { id } of auditEvents) assert.match(id, /^[a-z]+(-[a-z]+)*(\.[a-z]+(-[a-z]+)*)+$/);
});
