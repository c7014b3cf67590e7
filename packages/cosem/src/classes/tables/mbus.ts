/**
 * Data table: interface classes for M-Bus. IEC 62056-6-2, M-Bus client and diagnostic.
 */
import { attribute, defineClass, method } from '../define.ts';
import * as t from '../type-language.ts';

const captureDefinition = t.arrayOf(
  t.structureOf('capture_definition_element', {
    data_information_block: t.octetString(),
    value_information_block: t.octetString(),
  }),
);
const dataToSend = t.arrayOf(
  t.structureOf('data_definition_element', {
    data_information_block: t.octetString(),
    value_information_block: t.octetString(),
    data: t.any,
  }),
);

const clientAttributes = [
  attribute(2, 'mbus_port_reference', t.octetString(0, 6), 'static', 'Logical name of the M-Bus master port'),
  attribute(3, 'capture_definition', captureDefinition, 'static', 'What is captured from the device'),
  attribute(4, 'capture_period', t.doubleLongUnsigned, 'static', 'Seconds between captures; 0 is on request'),
  attribute(5, 'primary_address', t.unsigned, 'dynamic', 'Primary address on the bus'),
  attribute(
    6,
    'identification_number',
    t.doubleLongUnsigned,
    'dynamic',
    'Identification number of the data header',
  ),
  attribute(7, 'manufacturer_id', t.longUnsigned, 'dynamic', 'Manufacturer of the data header'),
  attribute(8, 'version', t.unsigned, 'dynamic', 'Version of the data header'),
  attribute(9, 'device_type', t.unsigned, 'dynamic', 'Device type of the data header'),
  attribute(10, 'access_number', t.unsigned, 'dynamic', 'Access number of the data header'),
  attribute(11, 'status', t.unsigned, 'dynamic', 'Status octet of the data header'),
  attribute(12, 'alarm', t.unsigned, 'dynamic', 'Alarm state'),
] as const;
const clientMethods = [
  method(1, 'slave_install', 'optional', t.unsigned, 'Installs a device at an address'),
  method(2, 'slave_deinstall', 'optional', t.integerZero, 'Removes the device'),
  method(3, 'capture', 'optional', t.integerZero, 'Captures values now'),
  method(4, 'reset_alarm', 'optional', t.integerZero, 'Resets the alarm'),
  method(5, 'synchronize_clock', 'optional', t.integerZero, 'Sets the clock of the device'),
  method(6, 'data_send', 'optional', dataToSend, 'Sends data to the device'),
  method(7, 'set_encryption_key', 'optional', t.octetString(), 'Sets the key in the client'),
  method(8, 'transfer_key', 'optional', t.octetString(), 'Sends the key to the device'),
] as const;

export const mBusClientV0 = defineClass({
  classId: 72,
  version: 0,
  title: 'M-Bus client',
  attributes: clientAttributes,
  methods: clientMethods,
});

export const mBusClient = defineClass({
  classId: 72,
  version: 1,
  title: 'M-Bus client',
  attributes: [
    ...clientAttributes,
    attribute(13, 'configuration', t.longUnsigned, 'dynamic', 'Configuration field of the data header'),
    attribute(
      14,
      'encryption_key_status',
      t.enumOf({
        0: 'no_encryption_key',
        1: 'encryption_key_set',
        2: 'encryption_key_transferred',
        3: 'encryption_key_set_and_transferred',
        4: 'encryption_key_in_use',
      }),
      'dynamic',
      'How far the key of the device is',
    ),
  ],
  methods: clientMethods,
});

export const mBusMasterPortSetup = defineClass({
  classId: 74,
  version: 0,
  title: 'M-Bus master port setup',
  attributes: [
    attribute(
      2,
      'comm_speed',
      t.enumOf({
        0: '300_baud',
        1: '600_baud',
        2: '1200_baud',
        3: '2400_baud',
        4: '4800_baud',
        5: '9600_baud',
        6: '19200_baud',
        7: '38400_baud',
      }),
      'static',
      'Speed',
      { default: 3 },
    ),
  ],
  methods: [],
});

export const mBusDiagnostic = defineClass({
  classId: 77,
  version: 0,
  title: 'M-Bus diagnostic',
  attributes: [
    attribute(2, 'received_signal_strength', t.unsigned, 'dynamic', 'Signal strength of the device'),
    attribute(3, 'channel_Id', t.unsigned, 'dynamic', 'Channel that the device is received on'),
    attribute(
      4,
      'link_status',
      t.enumOf(
        { 0: 'none', 1: 'normal', 2: 'temporarily_interrupted', 3: 'permanently_interrupted' },
        'open',
      ),
      'dynamic',
      'State of the link',
    ),
    attribute(
      5,
      'broadcast_frames_counter',
      t.arrayOf(
        t.structureOf('broadcast_frames_counter_element', {
          client_id: t.unsigned,
          counter: t.doubleLongUnsigned,
          time_stamp: t.dateTimeType,
        }),
      ),
      'dynamic',
      'Broadcast frames by client',
    ),
    attribute(6, 'transmissions_counter', t.doubleLongUnsigned, 'dynamic', 'Frames sent'),
    attribute(
      7,
      'FCS_OK_frames_counter',
      t.doubleLongUnsigned,
      'dynamic',
      'Frames received with a good checksum',
    ),
    attribute(
      8,
      'FCS_NOK_frames_counter',
      t.doubleLongUnsigned,
      'dynamic',
      'Frames received with a bad checksum',
    ),
    attribute(
      9,
      'capture_time',
      t.structureOf('capture_time', { attribute_id: t.unsigned, time_stamp: t.dateTimeType }),
      'dynamic',
      'Which attribute changed last, and when',
    ),
  ],
  methods: [method(1, 'reset', 'optional', t.integerZero, 'Clears the counters')],
});
