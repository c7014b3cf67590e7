/** Action (IEC 62056-5-3, ACTION-Request and ACTION-Response). */
import type { ApduReader, ApduWriter } from './fields.ts';
import { actionResults } from './names.ts';
import type { ActionReply, ActionRequest, ActionResponse } from './types.ts';

const requestChoices = {
  normal: 1,
  'next-pblock': 2,
  'with-list': 3,
  'with-first-pblock': 4,
  'with-list-and-first-pblock': 5,
  'with-pblock': 6,
} as const;
const responseChoices = { normal: 1, 'with-pblock': 2, 'with-list': 3, 'next-pblock': 4 } as const;
/** Octets of a method descriptor. */
const methodSize = 9;

/** Reads an Action request behind its tag (IEC 62056-5-3, ACTION-Request). */
export function readActionRequest(r: ApduReader): ActionRequest {
  const type = 'action-request';
  const choice = r.choice(requestChoices, type);
  const invoke = r.invoke(type);
  const method = () => r.method(`${type}.descriptor`);
  const methods = () => r.list(`${type}.list`, methodSize, (path) => r.method(path));
  const block = () => r.block(`${type}.block`);
  switch (choice) {
    case 'normal': {
      const descriptor = method();
      if (!r.present(`${type}.parameters`)) return { type, choice, invoke, descriptor };
      return { type, choice, invoke, descriptor, parameters: r.data(`${type}.parameters`) };
    }
    case 'next-pblock':
      return { type, choice, invoke, blockNumber: r.u32(`${type}.block-number`) };
    case 'with-list': {
      const list = methods();
      return { type, choice, invoke, list, parameters: r.list(`${type}.parameters`, 1, (p) => r.data(p)) };
    }
    case 'with-first-pblock':
      return { type, choice, invoke, descriptor: method(), block: block() };
    case 'with-list-and-first-pblock':
      return { type, choice, invoke, list: methods(), block: block() };
    case 'with-pblock':
      return { type, choice, invoke, block: block() };
  }
}

/** Writes an Action request behind its tag; throws `apdu/range`. */
export function writeActionRequest(w: ApduWriter, apdu: ActionRequest): void {
  w.u8(requestChoices[apdu.choice]).invoke(apdu.invoke);
  switch (apdu.choice) {
    case 'normal':
      w.method(apdu.descriptor);
      if (apdu.parameters === undefined) w.u8(0);
      else w.u8(1).data(apdu.parameters);
      return;
    case 'next-pblock':
      w.number(apdu.blockNumber, 4, 'block number');
      return;
    case 'with-list':
      w.list(apdu.list, (item) => w.method(item)).list(apdu.parameters, (value) => w.data(value));
      return;
    case 'with-first-pblock':
      w.method(apdu.descriptor).block(apdu.block);
      return;
    case 'with-list-and-first-pblock':
      w.list(apdu.list, (item) => w.method(item)).block(apdu.block);
      return;
    case 'with-pblock':
      w.block(apdu.block);
      return;
  }
}

/** Reads an Action response behind its tag (IEC 62056-5-3, ACTION-Response). */
export function readActionResponse(r: ApduReader): ActionResponse {
  const type = 'action-response';
  const choice = r.choice(responseChoices, type);
  const invoke = r.invoke(type);
  switch (choice) {
    case 'normal':
      return { type, choice, invoke, reply: readReply(r, `${type}.reply`, true) };
    case 'with-pblock':
      return { type, choice, invoke, block: r.block(`${type}.block`) };
    case 'with-list':
      return {
        type,
        choice,
        invoke,
        replies: r.list(`${type}.replies`, 2, (path) => readReply(r, path, false)),
      };
    case 'next-pblock':
      return { type, choice, invoke, blockNumber: r.u32(`${type}.block-number`) };
  }
}

/** Some servers leave the presence octet of the return parameters out when it would be the last octet. */
export function readReply(r: ApduReader, path: string, last: boolean): ActionReply {
  const result = r.named(actionResults, path);
  if ((last && r.remaining === 0) || !r.present(path)) return { result };
  return { result, returned: r.getDataResult(`${path}.returned`) };
}

/** Writes an Action response behind its tag; throws `apdu/range`. */
export function writeActionResponse(w: ApduWriter, apdu: ActionResponse): void {
  w.u8(responseChoices[apdu.choice]).invoke(apdu.invoke);
  switch (apdu.choice) {
    case 'normal':
      writeReply(w, apdu.reply);
      return;
    case 'with-pblock':
      w.block(apdu.block);
      return;
    case 'with-list':
      w.list(apdu.replies, (reply) => writeReply(w, reply));
      return;
    case 'next-pblock':
      w.number(apdu.blockNumber, 4, 'block number');
      return;
  }
}

export function writeReply(w: ApduWriter, reply: ActionReply): void {
  w.named(actionResults, reply.result);
  if (reply.returned === undefined) w.u8(0);
  else w.u8(1).getDataResult(reply.returned);
}
