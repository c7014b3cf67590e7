/** Get (IEC 62056-5-3, GET-Request and GET-Response). */
import type { ApduReader, ApduWriter } from './fields.ts';
import { dataAccessResults } from './names.ts';
import type { GetDataBlock, GetRequest, GetResponse } from './types.ts';

const requestChoices = { normal: 1, next: 2, 'with-list': 3 } as const;
const responseChoices = { normal: 1, 'with-datablock': 2, 'with-list': 3 } as const;
const blockChoices = { 'raw-data': 0, 'data-access-result': 1 } as const;
/** Fewest octets of an attribute descriptor with its presence octet. */
export const leastSelected = 10;

/** Reads a Get request behind its tag (IEC 62056-5-3, GET-Request). */
export function readGetRequest(r: ApduReader): GetRequest {
  const type = 'get-request';
  const choice = r.choice(requestChoices, type);
  const invoke = r.invoke(type);
  switch (choice) {
    case 'normal':
      return { type, choice, invoke, ...r.selected(`${type}.descriptor`) };
    case 'next':
      return { type, choice, invoke, blockNumber: r.u32(`${type}.block-number`) };
    case 'with-list':
      return {
        type,
        choice,
        invoke,
        list: r.list(`${type}.list`, leastSelected, (path) => r.selected(path)),
      };
  }
}

/** Writes a Get request behind its tag; throws `apdu/range`. */
export function writeGetRequest(w: ApduWriter, apdu: GetRequest): void {
  w.u8(requestChoices[apdu.choice]).invoke(apdu.invoke);
  switch (apdu.choice) {
    case 'normal':
      w.selected(apdu);
      return;
    case 'next':
      w.number(apdu.blockNumber, 4, 'block number');
      return;
    case 'with-list':
      w.list(apdu.list, (item) => w.selected(item));
      return;
  }
}

/** Reads a Get response behind its tag (IEC 62056-5-3, GET-Response). */
export function readGetResponse(r: ApduReader): GetResponse {
  const type = 'get-response';
  const choice = r.choice(responseChoices, type);
  const invoke = r.invoke(type);
  switch (choice) {
    case 'normal':
      return { type, choice, invoke, result: r.getDataResult(`${type}.result`) };
    case 'with-datablock':
      return { type, choice, invoke, block: readGetBlock(r, `${type}.block`) };
    case 'with-list':
      return {
        type,
        choice,
        invoke,
        results: r.list(`${type}.results`, 2, (path) => r.getDataResult(path)),
      };
  }
}

function readGetBlock(r: ApduReader, path: string): GetDataBlock {
  const lastBlock = r.bool(path);
  const blockNumber = r.u32(path);
  const choice = r.choice(blockChoices, path);
  if (choice === 'raw-data') return { lastBlock, blockNumber, result: { choice, rawData: r.octets(path) } };
  return { lastBlock, blockNumber, result: { choice, result: r.named(dataAccessResults, path) } };
}

/** Writes a Get response behind its tag; throws `apdu/range`. */
export function writeGetResponse(w: ApduWriter, apdu: GetResponse): void {
  w.u8(responseChoices[apdu.choice]).invoke(apdu.invoke);
  switch (apdu.choice) {
    case 'normal':
      w.getDataResult(apdu.result);
      return;
    case 'with-datablock': {
      const { lastBlock, blockNumber, result } = apdu.block;
      w.bool(lastBlock).number(blockNumber, 4, 'block number');
      if (result.choice === 'raw-data') w.u8(0).octets(result.rawData);
      else w.u8(1).named(dataAccessResults, result.result);
      return;
    }
    case 'with-list':
      w.list(apdu.results, (result) => w.getDataResult(result));
      return;
  }
}
