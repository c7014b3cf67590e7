/** ExceptionResponse and General-Block-Transfer (IEC 62056-5-3). */
import { raiseApdu } from './errors.ts';
import type { ApduReader, ApduWriter } from './fields.ts';
import { exceptionServiceErrors, exceptionStateErrors } from './names.ts';
import type { ExceptionResponse, GeneralBlockTransfer } from './types.ts';

/** Reads an exception response behind its tag (IEC 62056-5-3, EXCEPTION-Response). */
export function readExceptionResponse(r: ApduReader): ExceptionResponse {
  const type = 'exception-response';
  const stateError = r.named(exceptionStateErrors, `${type}.state-error`);
  const serviceError = r.named(exceptionServiceErrors, `${type}.service-error`);
  if (serviceError !== 'invocation-counter-error') return { type, stateError, serviceError };
  return { type, stateError, serviceError, invocationCounter: r.u32(`${type}.invocation-counter`) };
}

/** Writes an exception response behind its tag; throws `apdu/range`. */
export function writeExceptionResponse(w: ApduWriter, apdu: ExceptionResponse): void {
  w.named(exceptionStateErrors, apdu.stateError).named(exceptionServiceErrors, apdu.serviceError);
  const needsCounter = apdu.serviceError === 'invocation-counter-error';
  if (needsCounter !== (apdu.invocationCounter !== undefined)) {
    throw raiseApdu('range', 'an invocation counter goes with invocation-counter-error, and only with it');
  }
  if (apdu.invocationCounter !== undefined) w.number(apdu.invocationCounter, 4, 'invocation counter');
}

/** Reads a block behind its tag (IEC 62056-5-3, General-Block-Transfer). */
export function readGeneralBlockTransfer(r: ApduReader): GeneralBlockTransfer {
  const type = 'general-block-transfer';
  const control = r.u8(`${type}.block-control`);
  return {
    type,
    lastBlock: (control & 0x80) !== 0,
    streaming: (control & 0x40) !== 0,
    window: control & 0x3f,
    blockNumber: r.u16(`${type}.block-number`),
    blockNumberAck: r.u16(`${type}.block-number-ack`),
    blockData: r.octets(`${type}.block-data`),
  };
}

/** Writes a block behind its tag; throws `apdu/range`. */
export function writeGeneralBlockTransfer(w: ApduWriter, apdu: GeneralBlockTransfer): void {
  if ((apdu.window & 0x3f) !== apdu.window) throw raiseApdu('range', `window ${apdu.window}`);
  w.u8((apdu.lastBlock ? 0x80 : 0) | (apdu.streaming ? 0x40 : 0) | apdu.window);
  w.number(apdu.blockNumber, 2, 'block number').number(apdu.blockNumberAck, 2, 'block number ack');
  w.octets(apdu.blockData);
}
