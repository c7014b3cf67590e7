/** What the server says no to, as errors that carry which attribute or method and what it said. */
import type { ActionResult, DataAccessResult } from '../apdu/names.ts';
import type { ConfirmedServiceError, ExceptionResponse } from '../apdu/types.ts';
import { CosemError, errorTable } from '../base/errors.ts';
import { attributeName, className, methodName } from '../classes/naming.ts';
import { formatObis, type ObisLike } from '../obis/obis.ts';
import { raiseSession } from '../session/errors.ts';

/** One attribute or method of one object. */
export interface AccessTarget {
  readonly classId: number;
  readonly obis: ObisLike;
  readonly kind: 'attribute' | 'method';
  readonly index: number;
}

/** What the server answered about one target; the `cause` of an access error. */
export class AccessFailure extends Error {
  override readonly name = 'AccessFailure';
  readonly target: AccessTarget;
  readonly result: DataAccessResult | ActionResult;

  constructor(target: AccessTarget, result: DataAccessResult | ActionResult) {
    super(result);
    this.target = target;
    this.result = result;
  }
}

export const raiseClient = errorTable('client', {
  access: {
    kind: 'peer',
    meaning: 'The server did not grant the access, or could not carry it out.',
    remedy:
      'The detail has the result; the cause has it for programs. Check the access rights of the association.',
  },
  temporary: {
    kind: 'peer',
    meaning: 'The server cannot do this at the moment.',
    remedy: 'Try again later.',
  },
  answer: {
    kind: 'protocol',
    meaning: 'The answer does not fit the request.',
    remedy: 'Check the server.',
  },
  profile: {
    kind: 'protocol',
    meaning: 'The buffer of the profile does not have the form that its capture objects say.',
    remedy: 'Read the buffer as plain data and look at it.',
  },
  image: {
    kind: 'peer',
    meaning: 'The image transfer cannot go on.',
    remedy: 'The detail has the state of the server; begin again where it does not match the image.',
  },
  'key-change': {
    kind: 'security',
    meaning: 'It is not known which keys the device holds.',
    remedy: 'Resume the key change: the journal and the staged keys are kept.',
  },
});

/** "Register 1.0.1.8.0.255 value". */
export function nameTarget(target: AccessTarget): string {
  const { classId, obis, kind, index } = target;
  const name = kind === 'attribute' ? attributeName(classId, index) : methodName(classId, index);
  return `${className(classId)} ${formatObis(obis)} ${name}`;
}

/** The error for a result other than success; its cause is an {@link AccessFailure}. */
export function accessError(target: AccessTarget, result: DataAccessResult | ActionResult): CosemError {
  const code = result === 'temporary-failure' ? 'temporary' : 'access';
  const cause = new AccessFailure(target, result);
  return raiseClient(code, result, { path: nameTarget(target), cause });
}

/** What the server said about which target, where an error is about that. */
export function accessFailureOf(error: unknown): AccessFailure | undefined {
  return error instanceof CosemError && error.cause instanceof AccessFailure ? error.cause : undefined;
}

/** The error for an exception response or a confirmed service error. */
export function exceptionError(
  apdu: ExceptionResponse | ConfirmedServiceError,
  isProtected: boolean,
): CosemError {
  const trust = isProtected ? '' : ' (not protected)';
  if (apdu.type === 'confirmed-service-error') {
    const { choice, value } = apdu.error;
    return raiseSession('service-error', `${apdu.service}: ${choice} ${value}${trust}`, { cause: apdu });
  }
  const counter = apdu.invocationCounter === undefined ? '' : `, counter ${apdu.invocationCounter}`;
  const detail = `${apdu.stateError}, ${apdu.serviceError}${counter}${trust}`;
  return raiseSession('exception', detail, { cause: apdu });
}
