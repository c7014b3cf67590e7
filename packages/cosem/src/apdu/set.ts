/** Set (IEC 62056-5-3, SET-Request and SET-Response). */
import type { ApduReader, ApduWriter } from './fields.ts';
import { leastSelected } from './get.ts';
import { dataAccessResults } from './names.ts';
import type { SetRequest, SetResponse } from './types.ts';

const requestChoices = {
  normal: 1,
  'with-first-datablock': 2,
  'with-datablock': 3,
  'with-list': 4,
  'with-list-and-first-datablock': 5,
} as const;
const responseChoices = {
  normal: 1,
  datablock: 2,
  'last-datablock': 3,
  'last-datablock-with-list': 4,
  'with-list': 5,
} as const;

/** Reads a Set request behind its tag (IEC 62056-5-3, SET-Request). */
export function readSetRequest(r: ApduReader): SetRequest {
  const type = 'set-request';
  const choice = r.choice(requestChoices, type);
  const invoke = r.invoke(type);
  const selectedList = () => r.list(`${type}.list`, leastSelected, (path) => r.selected(path));
  switch (choice) {
    case 'normal':
      return { type, choice, invoke, ...r.selected(`${type}.descriptor`), value: r.data(`${type}.value`) };
    case 'with-first-datablock':
      return { type, choice, invoke, ...r.selected(`${type}.descriptor`), block: r.block(`${type}.block`) };
    case 'with-datablock':
      return { type, choice, invoke, block: r.block(`${type}.block`) };
    case 'with-list': {
      const list = selectedList();
      return { type, choice, invoke, list, values: r.list(`${type}.values`, 1, (path) => r.data(path)) };
    }
    case 'with-list-and-first-datablock': {
      const list = selectedList();
      return { type, choice, invoke, list, block: r.block(`${type}.block`) };
    }
  }
}

/** Writes a Set request behind its tag; throws `apdu/range`. */
export function writeSetRequest(w: ApduWriter, apdu: SetRequest): void {
  w.u8(requestChoices[apdu.choice]).invoke(apdu.invoke);
  switch (apdu.choice) {
    case 'normal':
      w.selected(apdu).data(apdu.value);
      return;
    case 'with-first-datablock':
      w.selected(apdu).block(apdu.block);
      return;
    case 'with-datablock':
      w.block(apdu.block);
      return;
    case 'with-list':
      w.list(apdu.list, (item) => w.selected(item)).list(apdu.values, (value) => w.data(value));
      return;
    case 'with-list-and-first-datablock':
      w.list(apdu.list, (item) => w.selected(item)).block(apdu.block);
      return;
  }
}

/** Reads a Set response behind its tag (IEC 62056-5-3, SET-Response). */
export function readSetResponse(r: ApduReader): SetResponse {
  const type = 'set-response';
  const choice = r.choice(responseChoices, type);
  const invoke = r.invoke(type);
  const result = () => r.named(dataAccessResults, `${type}.result`);
  const results = () => r.list(`${type}.results`, 1, (path) => r.named(dataAccessResults, path));
  switch (choice) {
    case 'normal':
      return { type, choice, invoke, result: result() };
    case 'datablock':
      return { type, choice, invoke, blockNumber: r.u32(`${type}.block-number`) };
    case 'last-datablock':
      return { type, choice, invoke, result: result(), blockNumber: r.u32(`${type}.block-number`) };
    case 'last-datablock-with-list':
      return { type, choice, invoke, results: results(), blockNumber: r.u32(`${type}.block-number`) };
    case 'with-list':
      return { type, choice, invoke, results: results() };
  }
}

/** Writes a Set response behind its tag; throws `apdu/range`. */
export function writeSetResponse(w: ApduWriter, apdu: SetResponse): void {
  w.u8(responseChoices[apdu.choice]).invoke(apdu.invoke);
  if ('result' in apdu) w.named(dataAccessResults, apdu.result);
  if ('results' in apdu) w.list(apdu.results, (result) => w.named(dataAccessResults, result));
  if ('blockNumber' in apdu) w.number(apdu.blockNumber, 4, 'block number');
}
