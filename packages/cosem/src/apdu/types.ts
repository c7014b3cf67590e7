/**
 * The plain APDUs as objects (IEC 62056-5-3, abstract syntax of the ACSE and COSEM APDUs). `type` is the standard's
 * name; where the standard has a CHOICE inside, `choice` is the alternative without its repeated prefix.
 * Octet strings that come out of decoding are views on the input.
 */
import type { Data } from '../data/types.ts';
import type {
  AccessServiceError,
  ActionResult,
  AssociationResult,
  ConformanceBit,
  DataAccessResult,
  Diagnostic,
  ExceptionServiceError,
  ExceptionStateError,
  MechanismName,
  ReleaseReason,
  ServiceErrorName,
} from './names.ts';

/** Invoke-Id-And-Priority, one octet. */
export interface InvokeIdAndPriority {
  /** 0..15. */
  readonly invokeId: number;
  readonly confirmed: boolean;
  readonly highPriority: boolean;
  /** Bits 4 and 5 as a number 0..3, there only if one of them is set. */
  readonly reserved?: number;
}

/** Long-Invoke-Id-And-Priority, four octets. */
export interface LongInvokeIdAndPriority {
  /** 0..16777215. */
  readonly invokeId: number;
  readonly selfDescriptive: boolean;
  /** Processing option: stop at the first error (Access only). */
  readonly breakOnError: boolean;
  readonly confirmed: boolean;
  readonly highPriority: boolean;
  /** Bits 24..27 as a number 0..15, there only if one of them is set. */
  readonly reserved?: number;
}

/** Which attribute of which object. */
export interface AttributeDescriptor {
  readonly classId: number;
  /** Logical name: the six octets of the OBIS code. */
  readonly instance: Uint8Array;
  /** -128..127; 0 is all attributes. */
  readonly attribute: number;
}

/** Which method of which object. */
export interface MethodDescriptor {
  readonly classId: number;
  readonly instance: Uint8Array;
  readonly method: number;
}

/** A part of an attribute: which rule, and its parameters. */
export interface SelectiveAccess {
  readonly selector: number;
  readonly parameters: Data;
}

/** An attribute, or a selection of it. */
export interface SelectedAttribute {
  readonly descriptor: AttributeDescriptor;
  readonly selection?: SelectiveAccess;
}

/** Get-Data-Result. */
export type GetDataResult =
  | { readonly choice: 'data'; readonly data: Data }
  | { readonly choice: 'data-access-result'; readonly result: DataAccessResult };

/** DataBlock-G: a block of a Get response. */
export interface GetDataBlock {
  readonly lastBlock: boolean;
  readonly blockNumber: number;
  readonly result:
    | { readonly choice: 'raw-data'; readonly rawData: Uint8Array }
    | { readonly choice: 'data-access-result'; readonly result: DataAccessResult };
}

/** DataBlock-SA: a block of Set and Action. */
export interface DataBlock {
  readonly lastBlock: boolean;
  readonly blockNumber: number;
  readonly rawData: Uint8Array;
}

/** Action-Response-With-Optional-Data. */
export interface ActionReply {
  readonly result: ActionResult;
  readonly returned?: GetDataResult;
}

interface Invoked<T extends string, C extends string> {
  readonly type: T;
  readonly choice: C;
  readonly invoke: InvokeIdAndPriority;
}

/** Reads attributes. */
export type GetRequest =
  | (Invoked<'get-request', 'normal'> & SelectedAttribute)
  | (Invoked<'get-request', 'next'> & { readonly blockNumber: number })
  | (Invoked<'get-request', 'with-list'> & { readonly list: readonly SelectedAttribute[] });

/** Attributes that were read. */
export type GetResponse =
  | (Invoked<'get-response', 'normal'> & { readonly result: GetDataResult })
  | (Invoked<'get-response', 'with-datablock'> & { readonly block: GetDataBlock })
  | (Invoked<'get-response', 'with-list'> & { readonly results: readonly GetDataResult[] });

/** Writes attributes. */
export type SetRequest =
  | (Invoked<'set-request', 'normal'> & SelectedAttribute & { readonly value: Data })
  | (Invoked<'set-request', 'with-first-datablock'> & SelectedAttribute & { readonly block: DataBlock })
  | (Invoked<'set-request', 'with-datablock'> & { readonly block: DataBlock })
  | (Invoked<'set-request', 'with-list'> & {
      readonly list: readonly SelectedAttribute[];
      readonly values: readonly Data[];
    })
  | (Invoked<'set-request', 'with-list-and-first-datablock'> & {
      readonly list: readonly SelectedAttribute[];
      readonly block: DataBlock;
    });

/** What writing led to. */
export type SetResponse =
  | (Invoked<'set-response', 'normal'> & { readonly result: DataAccessResult })
  | (Invoked<'set-response', 'datablock'> & { readonly blockNumber: number })
  | (Invoked<'set-response', 'last-datablock'> & {
      readonly result: DataAccessResult;
      readonly blockNumber: number;
    })
  | (Invoked<'set-response', 'last-datablock-with-list'> & {
      readonly results: readonly DataAccessResult[];
      readonly blockNumber: number;
    })
  | (Invoked<'set-response', 'with-list'> & { readonly results: readonly DataAccessResult[] });

/** Invokes methods. */
export type ActionRequest =
  | (Invoked<'action-request', 'normal'> & {
      readonly descriptor: MethodDescriptor;
      readonly parameters?: Data;
    })
  | (Invoked<'action-request', 'next-pblock'> & { readonly blockNumber: number })
  | (Invoked<'action-request', 'with-list'> & {
      readonly list: readonly MethodDescriptor[];
      readonly parameters: readonly Data[];
    })
  | (Invoked<'action-request', 'with-first-pblock'> & {
      readonly descriptor: MethodDescriptor;
      readonly block: DataBlock;
    })
  | (Invoked<'action-request', 'with-list-and-first-pblock'> & {
      readonly list: readonly MethodDescriptor[];
      readonly block: DataBlock;
    })
  | (Invoked<'action-request', 'with-pblock'> & { readonly block: DataBlock });

/** What methods led to. */
export type ActionResponse =
  | (Invoked<'action-response', 'normal'> & { readonly reply: ActionReply })
  | (Invoked<'action-response', 'with-pblock'> & { readonly block: DataBlock })
  | (Invoked<'action-response', 'with-list'> & { readonly replies: readonly ActionReply[] })
  | (Invoked<'action-response', 'next-pblock'> & { readonly blockNumber: number });

/** An attribute that a server reports unasked. */
export interface EventNotificationRequest {
  readonly type: 'event-notification-request';
  /** Twelve octets (date-time.ts reads them). */
  readonly dateTime?: Uint8Array;
  readonly descriptor: AttributeDescriptor;
  readonly value: Data;
}

/** Data that a server pushes. */
export interface DataNotification {
  readonly type: 'data-notification';
  readonly invoke: LongInvokeIdAndPriority;
  /** Twelve octets, or none. */
  readonly dateTime: Uint8Array;
  readonly body: Data;
  /** Some meters write the date-time as tagged data (09 0C, 19); there only where one did. */
  readonly quirk?: 'octet-string-tag' | 'date-time-tag';
}

/** One entry of an Access request's specification. */
export type AccessRequestItem =
  | { readonly choice: 'get' | 'set'; readonly descriptor: AttributeDescriptor }
  | { readonly choice: 'action'; readonly descriptor: MethodDescriptor }
  | {
      readonly choice: 'get-with-selection' | 'set-with-selection';
      readonly descriptor: AttributeDescriptor;
      readonly selection: SelectiveAccess;
    };

/** One entry of an Access response's specification. */
export type AccessResponseItem =
  | { readonly choice: 'get' | 'set'; readonly result: DataAccessResult }
  | { readonly choice: 'action'; readonly result: ActionResult };

/** Several services in one request. */
export interface AccessRequest {
  readonly type: 'access-request';
  readonly invoke: LongInvokeIdAndPriority;
  readonly dateTime: Uint8Array;
  readonly specification: readonly AccessRequestItem[];
  /** One value an entry; null-data where the entry needs none. */
  readonly data: readonly Data[];
}

/** The results of an access-request, in its order. */
export interface AccessResponse {
  readonly type: 'access-response';
  readonly invoke: LongInvokeIdAndPriority;
  readonly dateTime: Uint8Array;
  /** The request's specification, where the server repeats it. */
  readonly requestSpecification?: readonly AccessRequestItem[];
  readonly data: readonly Data[];
  readonly specification: readonly AccessResponseItem[];
}

/** The answer to what the server could not process at all. */
export interface ExceptionResponse {
  readonly type: 'exception-response';
  readonly stateError: ExceptionStateError;
  readonly serviceError: ExceptionServiceError;
  /** With `invocation-counter-error`: the value the server expects at least. */
  readonly invocationCounter?: number;
}

/** One block of any APDU, with acknowledgement and window. */
export interface GeneralBlockTransfer {
  readonly type: 'general-block-transfer';
  readonly lastBlock: boolean;
  readonly streaming: boolean;
  /** 0..63. */
  readonly window: number;
  readonly blockNumber: number;
  readonly blockNumberAck: number;
  readonly blockData: Uint8Array;
}

/** What a client proposes for the association. */
export interface InitiateRequest {
  readonly type: 'initiate-request';
  readonly dedicatedKey?: Uint8Array;
  /** True by default, and then not encoded. */
  readonly responseAllowed: boolean;
  readonly qualityOfService?: number;
  readonly dlmsVersion: number;
  readonly conformance: readonly ConformanceBit[];
  readonly clientMaxReceivePduSize: number;
}

/** What a server agreed to for the association. */
export interface InitiateResponse {
  readonly type: 'initiate-response';
  readonly qualityOfService?: number;
  readonly dlmsVersion: number;
  readonly conformance: readonly ConformanceBit[];
  readonly serverMaxReceivePduSize: number;
  /** 0x0007 with logical names. */
  readonly vaaName: number;
}

/** The answer to a confirmed service that failed as a whole. */
export interface ConfirmedServiceError {
  readonly type: 'confirmed-service-error';
  readonly service: ServiceErrorName;
  readonly error: AccessServiceError;
}

/** Application context: one of the registered four, or another object identifier (its content octets). */
export type ApplicationContext =
  | 'logical-name'
  | 'short-name'
  | 'logical-name-ciphered'
  | 'short-name-ciphered'
  | { readonly oid: Uint8Array };

/** Authentication mechanism: a registered one, or another object identifier (its content octets). */
export type Mechanism = MechanismName | { readonly oid: Uint8Array };

/** Authentication-value: what COSEM uses is `charstring`. */
export type AuthenticationValue =
  | { readonly choice: 'charstring'; readonly value: Uint8Array }
  | { readonly choice: 'bitstring'; readonly value: Uint8Array };

interface AssociateFields {
  /** Bits of protocol-version, as text of 0 and 1; absent is version1. */
  readonly protocolVersion?: string;
  readonly applicationContext: ApplicationContext;
  /** The ACSE requirements bit string says "authentication functional unit"; absent: none. */
  readonly acseRequirements?: string;
  readonly mechanism?: Mechanism;
  readonly authenticationValue?: AuthenticationValue;
  /** GraphicString, as octets. */
  readonly implementationInformation?: Uint8Array;
  /** The xDLMS Initiate APDU, plain or ciphered, as octets; {@link decodeApdu} reads it. */
  readonly userInformation?: Uint8Array;
}

/** An association request (AARQ). */
export interface Aarq extends AssociateFields {
  readonly type: 'aarq';
  readonly calledApTitle?: Uint8Array;
  readonly calledAeQualifier?: Uint8Array;
  readonly calledApInvocationId?: number;
  readonly calledAeInvocationId?: number;
  /** The client's system title. */
  readonly callingApTitle?: Uint8Array;
  /** May carry the client's certificate for digital signature. */
  readonly callingAeQualifier?: Uint8Array;
  readonly callingApInvocationId?: number;
  /** The client user id. */
  readonly callingAeInvocationId?: number;
}

/** The answer to an association request (AARE). */
export interface Aare extends AssociateFields {
  readonly type: 'aare';
  readonly result: AssociationResult;
  readonly diagnostic: Diagnostic;
  /** The server's system title. */
  readonly respondingApTitle?: Uint8Array;
  readonly respondingAeQualifier?: Uint8Array;
  readonly respondingApInvocationId?: number;
  readonly respondingAeInvocationId?: number;
}

/** A release request (RLRQ). */
export interface Rlrq {
  readonly type: 'rlrq';
  readonly reason?: ReleaseReason;
  readonly userInformation?: Uint8Array;
}

/** The answer to a release request (RLRE). */
export interface Rlre {
  readonly type: 'rlre';
  readonly reason?: ReleaseReason;
  readonly userInformation?: Uint8Array;
}

/** Every APDU that travels plain. */
export type PlainApdu =
  | GetRequest
  | GetResponse
  | SetRequest
  | SetResponse
  | ActionRequest
  | ActionResponse
  | EventNotificationRequest
  | DataNotification
  | AccessRequest
  | AccessResponse
  | ExceptionResponse
  | GeneralBlockTransfer
  | InitiateRequest
  | InitiateResponse
  | ConfirmedServiceError
  | Aarq
  | Aare
  | Rlrq
  | Rlre;
