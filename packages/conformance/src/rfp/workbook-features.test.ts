import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type SheetFeatures, workbookFeature } from './workbook-features.ts';

/** The order in which the standard wants the parts of a sheet (ECMA-376 part 1, 18.3.1.99), as far as they occur. */
const order = [
  'sheetPr',
  'sheetViews',
  'cols',
  'sheetData',
  'autoFilter',
  'mergeCells',
  'conditionalFormatting',
  'dataValidations',
  'pageMargins',
  'pageSetup',
  'headerFooter',
  'drawing',
];

const settings: SheetFeatures = {
  name: 'Requirements',
  foot: 'R&D "internal"',
  filter: 'A1:N250',
  repeatHeading: true,
  choices: { range: 'L2:L250', values: ['yes', 'no'], message: 'One of: yes, no.' },
};

function transformed(file: 'xl/workbook.xml' | 'xl/worksheets/sheet{id}.xml', xml: string): string {
  const transform = workbookFeature([settings]).files!.transform![file]!.transform as (
    xml: string,
    options: unknown,
    info: object,
  ) => string;
  return transform(xml, {}, { sheetIndex: 0, sheetId: '1' });
}

/** Names of the elements directly below the root. */
function children(xml: string): string[] {
  const names: string[] = [];
  let depth = 0;
  for (const [, close, name, empty] of xml.matchAll(/<(\/?)([A-Za-z]+)[^<>]*?(\/?)>/g)) {
    if (close === '/') depth--;
    else {
      if (depth === 1) names.push(name!);
      if (empty === '') depth++;
    }
  }
  return names;
}

test('what is added to a sheet stands where the standard wants it, whatever is there', () => {
  for (const xml of [
    '<worksheet a="1"><sheetData><row r="1"/></sheetData></worksheet>',
    '<worksheet><sheetViews/><cols/><sheetData></sheetData><mergeCells/><pageMargins/><pageSetup orientation="landscape"/><drawing/></worksheet>',
    '<worksheet><sheetData></sheetData><conditionalFormatting/></worksheet>',
  ]) {
    const names = children(transformed('xl/worksheets/sheet{id}.xml', xml));
    assert.deepEqual(
      names,
      [...names].sort((one, other) => order.indexOf(one) - order.indexOf(other)),
    );
    for (const name of ['sheetPr', 'autoFilter', 'dataValidations', 'headerFooter']) {
      assert.equal(names.filter((each) => each === name).length, 1, name);
    }
  }
});

test('text is escaped for the XML and for the foot of the page', () => {
  const xml = transformed('xl/worksheets/sheet{id}.xml', '<worksheet><sheetData></sheetData></worksheet>');
  assert.match(
    xml,
    /<oddFooter>&amp;LR&amp;&amp;D &quot;internal&quot;&amp;RPage &amp;P of &amp;N<\/oddFooter>/,
  );
  assert.match(xml, /<formula1>&quot;yes,no&quot;<\/formula1>/);
});

test('the workbook names the filter and the rows that repeat, once', () => {
  for (const xml of [
    '<workbook><sheets/></workbook>',
    '<workbook><sheets></sheets><definedNames/></workbook>',
  ]) {
    const out = transformed('xl/workbook.xml', xml.replace('<sheets/>', '<sheets></sheets>'));
    assert.equal(out.match(/<definedNames>/g)!.length, 1);
    assert.doesNotMatch(out, /<definedNames\/>/);
    assert.match(out, /_xlnm\._FilterDatabase" localSheetId="0" hidden="1">'Requirements'!\$A\$1:\$N\$250</);
    assert.match(out, /_xlnm\.Print_Titles" localSheetId="0">'Requirements'!\$1:\$1</);
  }
});
