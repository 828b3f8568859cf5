import type { Stream } from "node:stream";
import type { Feature } from "write-excel-file/node";
import {
  findElement,
  getCellAddress,
  getOrderOfSiblings,
  getSelfClosingTagMarkup,
  insertElementMarkupAccordingToOrderOfSiblings,
  replaceElement,
  sanitizeAttributeValue,
} from "write-excel-file/utility";
import type { SheetTable } from "./workbook-sheets.ts";

type WorkbookFeature = Feature<Stream | Buffer | Blob>;
const SHEET = "xl/worksheets/sheet{id}.xml";

/** What the library does not do itself: filters, one page wide, a header on each page, a choice of decisions. */
export function workbookFeatures(tables: readonly SheetTable[]): WorkbookFeature[] {
  const onSheet = (transform: (xml: string, table: SheetTable) => string): WorkbookFeature => ({
    files: { transform: { [SHEET]: { transform: (xml, _, { sheetIndex }) => transform(xml, tables[sheetIndex]!) } } },
  });
  return [onSheet(autoFilter), onSheet(decisionList), onSheet(onePageWide), printedNames(tables)];
}

/** Puts an element where the format wants it among its siblings. */
function insert(xml: string, element: string): string {
  return insertElementMarkupAccordingToOrderOfSiblings(
    xml,
    element,
    getOrderOfSiblings(SHEET, "worksheet")!,
    "worksheet",
  );
}

function autoFilter(xml: string, { rows, columns }: SheetTable): string {
  return insert(xml, `<autoFilter ref="A1:${getCellAddress(rows.length, columns.length - 1)}"/>`);
}

/** The decisions that can be chosen where one is to be filled in. */
function decisionList(xml: string, { rows, columns }: SheetTable): string {
  const at = columns.findIndex(({ name, isInput }) => isInput === true && name === "decision");
  if (at < 0 || rows.length === 0) return xml;
  const range = `${getCellAddress(1, at)}:${getCellAddress(rows.length, at)}`;
  const choice = `type="list" allowBlank="1" showErrorMessage="1" errorTitle="Decision" error="remove, keep or ask"`;
  const formula = `<formula1>"remove,keep,ask"</formula1>`;
  return insert(
    xml,
    `<dataValidations count="1"><dataValidation ${choice} sqref="${range}">${formula}</dataValidation></dataValidations>`,
  );
}

const NARROW_MARGINS = `<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>`;

/** As many pages as it takes, each as wide as the table; which sheet and page it is stands at the foot. */
function onePageWide(xml: string): string {
  const setup = findElement(xml, "pageSetup")!;
  const fitting = { ...setup.openingTagAttributes, fitToWidth: 1, fitToHeight: 0 };
  const fitted = replaceElement(xml, setup, getSelfClosingTagMarkup("pageSetup", fitting));
  const narrow = replaceElement(fitted, findElement(fitted, "pageMargins")!, NARROW_MARGINS);
  const footed = insert(
    narrow,
    `<headerFooter><oddFooter>&amp;L&amp;A&amp;RPage &amp;P of &amp;N</oddFooter></headerFooter>`,
  );
  const ruled = insert(footed, `<printOptions gridLines="1"/>`);
  return insert(ruled, `<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>`);
}

/** What is printed of each sheet, and which row stands on every page of it: names that the format defines for a workbook. */
function printedNames(tables: readonly SheetTable[]): WorkbookFeature {
  const names = tables.flatMap(({ name, rows, printedColumns, repeatsHeader }, sheet) => {
    const quoted = `'${name.replaceAll("'", "''")}'`;
    const last = getCellAddress(rows.length, Math.max(0, printedColumns - 1)).replace(/(\d+)$/, "$$$1");
    const defined = (what: string, range: string) =>
      `<definedName name="_xlnm.${what}" localSheetId="${sheet}">${sanitizeAttributeValue(`${quoted}!${range}`)}</definedName>`;
    return [defined("Print_Area", `$A$1:$${last}`), ...(repeatsHeader ? [defined("Print_Titles", "$1:$1")] : [])];
  });
  return {
    files: {
      transform: {
        "xl/workbook.xml": {
          transform: (xml) =>
            replaceElement(xml, findElement(xml, "definedNames")!, `<definedNames>${names.join("")}</definedNames>`),
        },
      },
    },
  };
}
