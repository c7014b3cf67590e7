/** Access (IEC 62056-5-3, Access-Request and Access-Response). */
import type { ApduReader, ApduWriter } from './fields.ts';
import { actionResults, dataAccessResults } from './names.ts';
import type { AccessRequest, AccessRequestItem, AccessResponse, AccessResponseItem } from './types.ts';

const requestChoices = {
  get: 1,
  set: 2,
  action: 3,
  'get-with-selection': 4,
  'set-with-selection': 5,
} as const;
const responseChoices = { get: 1, set: 2, action: 3 } as const;
/** Fewest octets of one entry of a request: the choice and a descriptor. */
const leastItem = 10;

/** Reads an Access request behind its tag (IEC 62056-5-3, Access-Request). */
export function readAccessRequest(r: ApduReader): AccessRequest {
  const type = 'access-request';
  const invoke = r.longInvoke(type);
  const dateTime = r.dateTime(`${type}.date-time`);
  const specification = readRequestItems(r, `${type}.specification`);
  return { type, invoke, dateTime, specification, data: r.list(`${type}.data`, 1, (path) => r.data(path)) };
}

function readRequestItems(r: ApduReader, path: string): AccessRequestItem[] {
  return r.list(path, leastItem, (itemPath) => {
    const choice = r.choice(requestChoices, itemPath);
    switch (choice) {
      case 'get':
      case 'set':
        return { choice, descriptor: r.attribute(itemPath) };
      case 'action':
        return { choice, descriptor: r.method(itemPath) };
      case 'get-with-selection':
      case 'set-with-selection':
        return { choice, descriptor: r.attribute(itemPath), selection: r.selection(itemPath) };
    }
  });
}

/** Writes an Access request behind its tag; throws `apdu/range`. */
export function writeAccessRequest(w: ApduWriter, apdu: AccessRequest): void {
  w.longInvoke(apdu.invoke).dateTime(apdu.dateTime);
  writeRequestItems(w, apdu.specification);
  w.list(apdu.data, (value) => w.data(value));
}

function writeRequestItems(w: ApduWriter, items: readonly AccessRequestItem[]): void {
  w.list(items, (item) => {
    w.u8(requestChoices[item.choice]);
    if (item.choice === 'action') w.method(item.descriptor);
    else w.attribute(item.descriptor);
    if ('selection' in item) w.selection(item.selection);
  });
}

/** Reads an Access response behind its tag (IEC 62056-5-3, Access-Response). */
export function readAccessResponse(r: ApduReader): AccessResponse {
  const type = 'access-response';
  const invoke = r.longInvoke(type);
  const dateTime = r.dateTime(`${type}.date-time`);
  const echoed = r.present(`${type}.request-specification`)
    ? { requestSpecification: readRequestItems(r, `${type}.request-specification`) }
    : {};
  const data = r.list(`${type}.data`, 1, (path) => r.data(path));
  const specification = r.list(`${type}.specification`, 2, (path): AccessResponseItem => {
    const choice = r.choice(responseChoices, path);
    if (choice === 'action') return { choice, result: r.named(actionResults, path) };
    return { choice, result: r.named(dataAccessResults, path) };
  });
  return { type, invoke, dateTime, ...echoed, data, specification };
}

/** Writes an Access response behind its tag; throws `apdu/range`. */
export function writeAccessResponse(w: ApduWriter, apdu: AccessResponse): void {
  w.longInvoke(apdu.invoke).dateTime(apdu.dateTime);
  if (apdu.requestSpecification === undefined) w.u8(0);
  else writeRequestItems(w.u8(1), apdu.requestSpecification);
  w.list(apdu.data, (value) => w.data(value));
  w.list(apdu.specification, (item) => {
    w.u8(responseChoices[item.choice]);
    w.named(item.choice === 'action' ? actionResults : dataAccessResults, item.result);
  });
}
