/** Structures of Push setup. IEC 62056-6-2, Push setup. */
import type { CosemDateTime, Data } from '../../data/types.ts';
import * as t from '../type-language.ts';
import {
  type Codec,
  dateTime,
  doubleLongUnsigned,
  enumeration,
  integer,
  listOf,
  logicalName,
  longUnsigned,
  octets,
  openEnumeration,
  record,
  trailing,
} from './codec.ts';
import { type CaptureObject, captureObject, captureObjects } from './references.ts';
import { pairOf } from './security.ts';

/** push_object_list of version 0 is a list of capture objects. */
export const pushObjectListV0: Codec<readonly CaptureObject[]> = listOf(captureObject);

/** restriction_element: which rows of a profile are pushed. */
export type Restriction =
  | { readonly by: 'none' }
  | { readonly by: 'date'; readonly from: CosemDateTime; readonly to: CosemDateTime }
  | { readonly by: 'entry'; readonly fromEntry: number; readonly toEntry: number };

const restrictionType = enumeration({ 0: 'none', 1: 'restriction_by_date', 2: 'restriction_by_entry' });
const byDate = record<{ from: CosemDateTime; to: CosemDateTime }>('restriction_by_date', {
  from: ['from_date', dateTime],
  to: ['to_date', dateTime],
});
const byEntry = record<{ fromEntry: number; toEntry: number }>('restriction_by_entry', {
  fromEntry: ['from_entry', doubleLongUnsigned],
  toEntry: ['to_entry', doubleLongUnsigned],
});

export const restriction: Codec<Restriction> = {
  type: t.structureOf('restriction_element', {
    restriction_type: restrictionType.type,
    restriction_value: t.choiceOf(t.nullType, byDate.type, byEntry.type),
  }),
  decode: (value, path = '') => {
    const [kind, content] = pairOf(value, 'restriction_element', path);
    const inside = `${path}.restriction_value`;
    switch (restrictionType.decode(kind, path)) {
      case 'none':
        return { by: 'none' };
      case 'restriction_by_date':
        return { by: 'date', ...byDate.decode(content, inside) };
      case 'restriction_by_entry':
        return { by: 'entry', ...byEntry.decode(content, inside) };
    }
  },
  encode: (value, path) => {
    switch (value.by) {
      case 'none':
        return pair(restrictionType.encode('none'), { type: 'null-data', value: null });
      case 'date':
        return pair(restrictionType.encode('restriction_by_date'), byDate.encode(value, path));
      case 'entry':
        return pair(restrictionType.encode('restriction_by_entry'), byEntry.encode(value, path));
    }
  },
};

function pair(kind: Data, content: Data): Data {
  return { type: 'structure', value: [kind, content] };
}

/** Element of push_object_list from version 1; meters leave out the last one or two fields. */
export interface PushObject {
  readonly classId: number;
  readonly logicalName: string;
  /** 0 stands for all attributes. */
  readonly attributeIndex: number;
  readonly dataIndex: number;
  readonly restriction?: Restriction | undefined;
  /** Columns of a profile; from version 2. */
  readonly columns?: readonly CaptureObject[] | undefined;
}

export const pushObject: Codec<PushObject> = record<PushObject>('object_definition', {
  classId: ['class_id', longUnsigned],
  logicalName: ['logical_name', logicalName],
  attributeIndex: ['attribute_index', integer],
  dataIndex: ['data_index', longUnsigned],
  restriction: ['restriction', trailing(restriction)],
  columns: ['columns', trailing(captureObjects)],
});

export const pushObjectList: Codec<readonly PushObject[]> = listOf(pushObject);

/** transport_service_type; 200 and up are manufacturer specific. */
export const transportService = openEnumeration({
  0: 'tcp',
  1: 'udp',
  2: 'ftp',
  3: 'smtp',
  4: 'sms',
  5: 'hdlc',
  6: 'm_bus',
  7: 'zigbee',
  8: 'dlms_gateway',
  9: 'coap_reliable',
  10: 'coap_unreliable',
});

/** message_type; 128 and up are manufacturer specific. */
export const messageType = openEnumeration({
  0: 'a_xdr_encoded_xdlms_apdu',
  1: 'xml_encoded_xdlms_apdu',
});

/** send_destination_and_method. */
export interface SendDestination {
  readonly transport:
    | 'tcp'
    | 'udp'
    | 'ftp'
    | 'smtp'
    | 'sms'
    | 'hdlc'
    | 'm_bus'
    | 'zigbee'
    | 'dlms_gateway'
    | 'coap_reliable'
    | 'coap_unreliable'
    | number;
  /** As the transport writes addresses; for TCP and UDP usually text, `host:port`. */
  readonly destination: Uint8Array;
  readonly message: 'a_xdr_encoded_xdlms_apdu' | 'xml_encoded_xdlms_apdu' | number;
}

export const sendDestination: Codec<SendDestination> = record<SendDestination>(
  'send_destination_and_method',
  {
    transport: ['transport_service', transportService],
    destination: ['destination', octets()],
    message: ['message', messageType],
  },
);

/** repetition_delay from version 2: the delay grows from `min` by the exponent, in hundredths, up to `max`. */
export interface RepetitionDelay {
  readonly minSeconds: number;
  readonly exponentHundredths: number;
  readonly maxSeconds: number;
}

export const repetitionDelay: Codec<RepetitionDelay> = record<RepetitionDelay>('repetition_delay', {
  minSeconds: ['repetition_delay_min', longUnsigned],
  exponentHundredths: ['repetition_delay_exponent', longUnsigned],
  maxSeconds: ['repetition_delay_max', longUnsigned],
});

/** confirmation_parameters (version 2). */
export interface ConfirmationParameters {
  readonly start: CosemDateTime;
  readonly intervalSeconds: number;
}

export const confirmationParameters: Codec<ConfirmationParameters> = record<ConfirmationParameters>(
  'confirmation_parameters',
  {
    start: ['confirmation_start_date', dateTime],
    intervalSeconds: ['confirmation_interval', doubleLongUnsigned],
  },
);

/** push_operation_method (version 2). */
export const pushOperationMethod = enumeration({
  0: 'unconfirmed_retry_on_supporting_layer_failure',
  1: 'unconfirmed_retry_on_missing_supporting_layer_confirmation',
  2: 'confirmed_retry_on_missing_confirmation',
});
