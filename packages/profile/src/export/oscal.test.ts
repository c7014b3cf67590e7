import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { needsShared, sharedJson } from '../../../../tools/shared.ts';
import { profile } from '../profile.ts';
import { requirementsFor } from '../query.ts';
import { oscalCatalog } from './oscal-catalog.ts';
import { oscalProblems } from './oscal-check.ts';
import type { OscalControl, OscalPart } from './oscal-model.ts';
import { oscalProfile } from './oscal-profile.ts';

const require = createRequire(import.meta.url);

interface Validator {
  (document: unknown): boolean;
  errors?: readonly { instancePath: string; message?: string }[] | null;
}

function validator(kind: 'catalog' | 'profile'): Validator {
  const { default: Ajv } = require('ajv') as {
    default: new (options: object) => { compile(schema: object): Validator };
  };
  const ajv = new Ajv({ strict: false, allErrors: false, unicodeRegExp: true });
  (require('ajv-formats') as { default: (instance: unknown) => void }).default(ajv);
  const schema = sharedJson<Record<string, unknown>>(`data/oscal/oscal_${kind}_schema.json`);
  return ajv.compile(schema);
}

const schemaOf = (kind: string) => needsShared(`data/oscal/oscal_${kind}_schema.json`);
const componentIds = profile().components.map(({ id }) => id);
const partIds = profile().components.flatMap(({ parts }) => parts.map(({ id }) => id));

const controlsOf = (catalog = oscalCatalog()): OscalControl[] =>
  catalog.catalog.groups.flatMap((group) => group.controls);
const itemsOf = (parts: readonly OscalPart[]): OscalPart[] =>
  parts.flatMap((part) => [...(part.name === 'item' ? [part] : []), ...itemsOf(part.parts ?? [])]);

test('the catalog is valid OSCAL 1.2.1', schemaOf('catalog'), () => {
  const validate = validator('catalog');
  assert.ok(validate(oscalCatalog()), JSON.stringify(validate.errors));
  assert.ok(
    !validate({ catalog: { ...oscalCatalog().catalog, uuid: 'none' } }),
    'the schema refuses a bad UUID',
  );
});

test('the profile of every component and part is valid OSCAL 1.2.1', schemaOf('profile'), () => {
  const validate = validator('profile');
  for (const id of [...componentIds, ...partIds]) {
    assert.ok(validate(oscalProfile(id)), `${id}: ${JSON.stringify(validate.errors)}`);
  }
});

test('ids are unique and every reference resolves, in the catalog and in every profile', () => {
  const catalog = oscalCatalog();
  assert.deepEqual(oscalProblems(catalog), []);
  for (const id of [...componentIds, ...partIds]) {
    assert.deepEqual(oscalProblems(oscalProfile(id), catalog), [], id);
  }
});

test('the catalog holds every control, every requirement and every parameter once', () => {
  const from = profile();
  const controls = controlsOf();
  assert.equal(controls.length, from.controls.length);
  const labels = controls
    .flatMap((control) => itemsOf(control.parts))
    .map((item) => item.props!.find(({ name }) => name === 'label')!.value);
  assert.deepEqual(
    labels,
    from.controls.flatMap((control) =>
      ['R', 'G', 'E'].flatMap((part) =>
        control.requirements.filter(({ id }) => id.includes(`/${part}.`)).map(({ id }) => id),
      ),
    ),
  );
  const { catalog } = oscalCatalog();
  const params = [
    ...(catalog.params ?? []),
    ...catalog.groups.flatMap((group) => group.params ?? []),
    ...controls.flatMap((control) => control.params ?? []),
  ];
  assert.deepEqual(params.map(({ id }) => id).sort(), from.parameters.map(({ id }) => `param-${id}`).sort());
});

test('a parameter stands at its control with range and default', () => {
  const control = controlsOf().find(({ id }) => id === 'dhs-2.15.21')!;
  const lock = control.params!.find(({ id }) => id === 'param-access.sessionLockMinutes')!;
  assert.deepEqual(lock.values, ['10']);
  assert.equal(lock.constraints[0]!.description, 'From 5 to 15 (minutes).');
});

test('a profile keeps exactly what binds its component', () => {
  const { imports, modify } = oscalProfile('meter').profile;
  const kept = new Set(modify.alters.flatMap(({ adds }) => adds.map((add) => add['by-id']!)));
  const removed = new Set(
    modify.alters.flatMap(({ removes }) => (removes ?? []).map((each) => each['by-id'])),
  );
  const included = new Set(imports[0]!['include-controls'][0]!['with-ids']);
  const items = controlsOf()
    .filter(({ id }) => included.has(id))
    .flatMap((control) => itemsOf(control.parts).map((item) => item.id!));
  for (const id of items) assert.ok(kept.has(id) !== removed.has(id), id);
  const expected = requirementsFor('meter', { domain: true }).length + requirementsFor('system').length;
  assert.equal(kept.size, expected);
  assert.ok(kept.has('dhs-2.8.2_r.1'));
});

test('the same data make the same document, other data another UUID', () => {
  assert.deepEqual(oscalCatalog(), oscalCatalog());
  assert.equal(
    oscalCatalog({ lastModified: '2026-01-01T00:00:00Z' }).catalog.uuid,
    oscalCatalog().catalog.uuid,
  );
  assert.notEqual(oscalCatalog({ title: 'another' }).catalog.uuid, oscalCatalog().catalog.uuid);
});

test('the check finds a second id, a fragment, a control and an inserted parameter that lead nowhere', () => {
  const { catalog } = oscalCatalog();
  const broken = { ...catalog, groups: [...catalog.groups, catalog.groups[0]] };
  assert.match(
    oscalProblems({ catalog: broken })[0]!.problem,
    /^family-2\.8 stands at \/catalog\/groups\/0\/id/,
  );
  const prose = { links: [{ href: '#nowhere' }], prose: 'within {{ insert: param, param-none }}' };
  assert.deepEqual(oscalProblems({ ...oscalCatalog(), extra: prose }), [
    { path: '/extra/links/0/href', problem: 'nowhere is nowhere defined' },
    { path: '/extra/prose', problem: 'param-none is nowhere defined' },
  ]);
  const stray = { imports: [{ 'include-controls': [{ 'with-ids': ['dhs-9.9.9'] }] }] };
  assert.deepEqual(oscalProblems(stray, oscalCatalog()), [
    { path: '/imports/0/include-controls/0/with-ids/0', problem: 'dhs-9.9.9 is nowhere defined' },
  ]);
});

test('a name that is no component is refused', () => {
  assert.throws(() => oscalProfile('cis'), { code: 'profile/unknown-subject' });
});
