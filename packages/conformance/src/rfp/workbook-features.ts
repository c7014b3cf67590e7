/**
 * What the XLSX writer does not know by itself: filters, answers to choose from, headings repeated on every printed
 * page, and a width that fits the paper. Written into the sheets' XML (ECMA-376 part 1, 18.3.1).
 */
import type writeWorkbook from 'write-excel-file/node';

/** An extension of the writer; its type is only reachable through the options that take it. */
type Options = NonNullable<Parameters<typeof writeWorkbook>[1]>;
export type Feature = NonNullable<Options['features']>[number];

/** Settings of one sheet, by its position in the workbook. */
export interface SheetFeatures {
  readonly name: string;
  /** `A1:N250`: gets filter buttons on its first row. */
  readonly filter?: string;
  /** Cells that take one of a list. */
  readonly choices?: { readonly range: string; readonly values: readonly string[]; readonly message: string };
  /** Repeats the first row on every page. */
  readonly repeatHeading?: boolean;
  /** Stands at the foot of every printed page, beside the page's number. */
  readonly foot: string;
}

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Elements that stand after `dataValidations`, in the order that the standard demands. */
const laterElements =
  /<(hyperlinks|printOptions|pageMargins|pageSetup|headerFooter|drawing|legacyDrawing|tableParts|extLst)\b|<\/worksheet>/;

/** Elements that stand after `headerFooter`. */
const afterFoot = /<(drawing|legacyDrawing|tableParts|extLst)\b|<\/worksheet>/;

function validation({ range, values, message }: NonNullable<SheetFeatures['choices']>): string {
  const list = escapeXml(`"${values.join(',')}"`);
  return `<dataValidations count="1"><dataValidation type="list" allowBlank="1" showInputMessage="1" showErrorMessage="1" errorTitle="Complies" error="${escapeXml(message)}" promptTitle="Complies" prompt="${escapeXml(message)}" sqref="${range}"><formula1>${list}</formula1></dataValidation></dataValidations>`;
}

function sheetXml(xml: string, settings: SheetFeatures): string {
  let out = xml;
  if (settings.filter !== undefined) {
    out = out.replace('</sheetData>', `</sheetData><autoFilter ref="${settings.filter}"/>`);
  }
  if (settings.choices !== undefined) {
    const element = validation(settings.choices);
    out = out.replace(laterElements, (later) => `${element}${later}`);
  }
  const foot = `&L${settings.foot.replaceAll('&', '&&')}&RPage &P of &N`;
  out = out.replace(
    afterFoot,
    (later) => `<headerFooter><oddFooter>${escapeXml(foot)}</oddFooter></headerFooter>${later}`,
  );
  if (!out.includes('<sheetPr')) {
    out = out.replace(/(<worksheet\b[^>]*>)/, '$1<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>');
    out = out.replace(/<pageSetup\b/, '<pageSetup fitToWidth="1" fitToHeight="0"');
  }
  return out;
}

function workbookXml(xml: string, sheets: readonly SheetFeatures[]): string {
  const names = sheets.flatMap((sheet, at) => [
    ...(sheet.filter === undefined
      ? []
      : [
          `<definedName name="_xlnm._FilterDatabase" localSheetId="${at}" hidden="1">'${sheet.name}'!${absolute(sheet.filter)}</definedName>`,
        ]),
    ...(sheet.repeatHeading === true
      ? [`<definedName name="_xlnm.Print_Titles" localSheetId="${at}">'${sheet.name}'!$1:$1</definedName>`]
      : []),
  ]);
  if (names.length === 0) return xml;
  const element = `<definedNames>${names.join('')}</definedNames>`;
  // The writer leaves an empty element where no feature of its own needs one.
  return xml.includes('<definedNames/>')
    ? xml.replace('<definedNames/>', element)
    : xml.replace('</sheets>', `</sheets>${element}`);
}

/** `A1:N250` → `$A$1:$N$250`. */
const absolute = (range: string): string => range.replaceAll(/([A-Z]+)(\d+)/g, '$$$1$$$2');

/** The writer's extension for a workbook with these sheets, in this order. */
export function workbookFeature(sheets: readonly SheetFeatures[]): Feature {
  return {
    files: {
      transform: {
        'xl/worksheets/sheet{id}.xml': {
          transform: (xml, _options, { sheetIndex }) => {
            const settings = sheets[sheetIndex];
            return settings === undefined ? xml : sheetXml(xml, settings);
          },
        },
        'xl/workbook.xml': { transform: (xml) => workbookXml(xml, sheets) },
      },
    },
  };
}
