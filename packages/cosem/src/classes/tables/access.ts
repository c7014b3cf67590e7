/**
 * Data table: interface classes for access control and management. IEC 62056-6-2.
 */
import { attribute, defineClass, method } from '../define.ts';
import * as t from '../type-language.ts';
import { timeWindow } from '../typed/calendar.ts';
import { imageTransferStatus } from '../typed/control.ts';
import { objectList, objectListEntry } from '../typed/object-list.ts';
import {
  confirmationParameters,
  pushObjectList,
  pushObjectListV0,
  pushOperationMethod,
  repetitionDelay,
  restriction,
  sendDestination,
} from '../typed/push.ts';
import { imageBlock, imageInitiate, imageToActivateInfo, sapAssignment } from '../typed/references.ts';
import {
  certificateIdentification,
  certificateInfo,
  keyAgreement,
  keyTransfer,
  protectionParameterList,
} from '../typed/security.ts';

const partners = t.structureOf('associated_partners_type', {
  client_SAP: t.integer,
  server_SAP: t.longUnsigned,
});
/** The name as the arcs of its object identifier, or the identifier itself. */
const contextName = t.named(
  'context_name_type',
  t.choiceOf(
    t.structureOf('context_name', {
      joint_iso_ctt_element: t.unsigned,
      country_element: t.unsigned,
      country_name_element: t.longUnsigned,
      identified_organization_element: t.unsigned,
      DLMS_UA_element: t.unsigned,
      application_context_element: t.unsigned,
      context_id_element: t.unsigned,
    }),
    t.octetString(),
  ),
);
const mechanismName = t.named(
  'mechanism_name_type',
  t.choiceOf(
    t.structureOf('mechanism_name', {
      joint_iso_ctt_element: t.unsigned,
      country_element: t.unsigned,
      country_name_element: t.longUnsigned,
      identified_organization_element: t.unsigned,
      DLMS_UA_element: t.unsigned,
      authentication_mechanism_name_element: t.unsigned,
      mechanism_id_element: t.unsigned,
    }),
    t.octetString(),
  ),
);
const xdlmsContext = t.structureOf('xDLMS_context_type', {
  conformance: t.bitString(24, 24),
  max_receive_pdu_size: t.longUnsigned,
  max_send_pdu_size: t.longUnsigned,
  dlms_version_number: t.unsigned,
  quality_of_service: t.integer,
  cyphering_info: t.octetString(),
});
const associationStatus = t.enumOf({ 0: 'non_associated', 1: 'association_pending', 2: 'associated' });
const user = t.structureOf('user_list_entry', { user_id: t.unsigned, user_name: t.charString });

/** Attributes 3 to 6 and 8 are the same in every version. */
const associationHead = [
  attribute(3, 'associated_partners_id', partners, 'static', 'Service access points of client and server'),
  attribute(4, 'application_context_name', contextName, 'static', 'Application context'),
  attribute(
    5,
    'xDLMS_context_info',
    xdlmsContext,
    'static',
    'Conformance and PDU sizes that were negotiated',
  ),
  attribute(6, 'authentication_mechanism_name', mechanismName, 'static', 'Authentication mechanism'),
] as const;
const status = attribute(8, 'association_status', associationStatus, 'dynamic', 'State of the association');
const secret = attribute(7, 'secret', t.octetString(), 'static', 'Secret of the authentication mechanism');
const securityReference = attribute(
  9,
  'security_setup_reference',
  t.octetString(0, 6),
  'static',
  'Logical name of the security setup that applies',
);
const userAttributes = [
  attribute(10, 'user_list', t.arrayOf(user), 'static', 'Users that may use the association'),
  attribute(11, 'current_user', user, 'dynamic', 'The user of the present association'),
] as const;
const reply = method(
  1,
  'reply_to_HLS_authentication',
  'optional',
  t.octetString(),
  'Third and fourth pass of HLS authentication',
  t.octetString(),
);
const changeSecret = method(2, 'change_HLS_secret', 'optional', t.octetString(), 'Replaces the HLS secret');
const userMethods = [
  method(5, 'add_user', 'optional', user, 'Adds a user'),
  method(6, 'remove_user', 'optional', user, 'Removes a user'),
] as const;

export const associationLnV0 = defineClass({
  classId: 15,
  version: 0,
  title: 'Association LN',
  attributes: [
    attribute(2, 'object_list', objectList(0).type, 'static', 'Objects and access rights'),
    ...associationHead,
    attribute(7, 'LLS_secret', t.octetString(), 'static', 'Secret of low level security'),
    status,
  ],
  methods: [
    reply,
    changeSecret,
    method(3, 'add_object', 'optional', objectListEntry(0).type, 'Adds an object to the list'),
    method(4, 'remove_object', 'optional', objectListEntry(0).type, 'Removes an object from the list'),
  ],
});

export const associationLnV1 = defineClass({
  classId: 15,
  version: 1,
  title: 'Association LN',
  attributes: [
    attribute(2, 'object_list', objectList(1).type, 'static', 'Objects and access rights'),
    ...associationHead,
    secret,
    status,
    securityReference,
  ],
  methods: [
    reply,
    changeSecret,
    method(3, 'add_object', 'optional', objectListEntry(1).type, 'Adds an object to the list'),
    method(4, 'remove_object', 'optional', objectListEntry(1).type, 'Removes an object from the list'),
  ],
});

export const associationLnV2 = defineClass({
  classId: 15,
  version: 2,
  title: 'Association LN',
  attributes: [
    attribute(2, 'object_list', objectList(2).type, 'static', 'Objects and access rights'),
    ...associationHead,
    secret,
    status,
    securityReference,
    ...userAttributes,
  ],
  methods: [
    reply,
    changeSecret,
    method(3, 'add_object', 'optional', objectListEntry(2).type, 'Adds an object to the list'),
    method(4, 'remove_object', 'optional', objectListEntry(2).type, 'Removes an object from the list'),
    ...userMethods,
  ],
});

export const associationLn = defineClass({
  classId: 15,
  version: 3,
  title: 'Association LN',
  attributes: [
    attribute(2, 'object_list', objectList(3).type, 'static', 'Objects and access rights'),
    ...associationHead,
    secret,
    status,
    securityReference,
    ...userAttributes,
  ],
  methods: [
    reply,
    changeSecret,
    method(3, 'add_object', 'optional', objectListEntry(3).type, 'Adds an object to the list'),
    method(4, 'remove_object', 'optional', objectListEntry(3).type, 'Removes an object from the list'),
    ...userMethods,
  ],
});

export const sapAssignmentClass = defineClass({
  classId: 17,
  version: 0,
  title: 'SAP assignment',
  attributes: [
    attribute(
      2,
      'SAP_assignment_list',
      t.arrayOf(sapAssignment.type),
      'static',
      'Logical devices and their addresses',
    ),
  ],
  methods: [
    method(
      1,
      'connect_logical_device',
      'optional',
      sapAssignment.type,
      'Connects a logical device to an address',
    ),
  ],
});

export const imageTransfer = defineClass({
  classId: 18,
  version: 0,
  title: 'Image transfer',
  attributes: [
    attribute(
      2,
      'image_block_size',
      t.doubleLongUnsigned,
      'static',
      'Octets in a block; the last may be shorter',
    ),
    attribute(
      3,
      'image_transferred_blocks_status',
      t.bitString(),
      'dynamic',
      'A bit for each block that has arrived',
    ),
    attribute(
      4,
      'image_first_not_transferred_block_number',
      t.doubleLongUnsigned,
      'dynamic',
      'First block that is missing',
      { default: 0 },
    ),
    attribute(5, 'image_transfer_enabled', t.boolean, 'static', 'Whether a transfer may be started', {
      default: false,
    }),
    attribute(6, 'image_transfer_status', imageTransferStatus.type, 'dynamic', 'How far the transfer is'),
    attribute(
      7,
      'image_to_activate_info',
      imageToActivateInfo.type,
      'dynamic',
      'Images that are verified and wait',
    ),
  ],
  methods: [
    method(1, 'image_transfer_initiate', 'mandatory', imageInitiate.type, 'Starts a transfer'),
    method(2, 'image_block_transfer', 'mandatory', imageBlock.type, 'Transfers one block'),
    method(3, 'image_verify', 'mandatory', t.integerZero, 'Verifies the image'),
    method(4, 'image_activate', 'mandatory', t.integerZero, 'Activates the image'),
  ],
});

const objectDefinition = t.structureOf('object_definition', {
  class_id: t.longUnsigned,
  logical_name: t.logicalNameType,
  attribute_index: t.integer,
  data_index: t.longUnsigned,
  'restriction?': restriction.type,
  'columns?': t.arrayOf(t.any),
});
const methodDefinition = t.structureOf('object_method_definition', {
  class_id: t.longUnsigned,
  object: t.logicalNameType,
  method_index: t.integer,
});

export const dataProtection = defineClass({
  classId: 30,
  version: 0,
  title: 'COSEM data protection',
  attributes: [
    attribute(2, 'protection_buffer', t.octetString(), 'dynamic', 'Protected data'),
    attribute(3, 'protection_object_list', t.arrayOf(objectDefinition), 'static', 'Attributes to protect'),
    attribute(
      4,
      'protection_parameters_get',
      protectionParameterList.type,
      'dynamic',
      'How data are protected when read',
    ),
    attribute(
      5,
      'protection_parameters_set',
      protectionParameterList.type,
      'static',
      'How data were protected when written',
    ),
    attribute(
      6,
      'required_protection',
      t.enumOf({}, 'open'),
      'static',
      'Protection that is asked for, a bit for each kind',
    ),
  ],
  methods: [
    method(
      1,
      'get_protected_attributes',
      'optional',
      t.structureOf('get_protected_attributes_request', {
        object_list: t.arrayOf(objectDefinition),
        protection_parameters: protectionParameterList.type,
      }),
      'Reads attributes, protected',
      t.structureOf('get_protected_attributes_response', {
        protection_parameters: protectionParameterList.type,
        protected_attributes: t.octetString(),
      }),
    ),
    method(
      2,
      'set_protected_attributes',
      'optional',
      t.structureOf('set_protected_attributes_request', {
        object_list: t.arrayOf(objectDefinition),
        protection_parameters: protectionParameterList.type,
        protected_attributes: t.octetString(),
      }),
      'Writes attributes that are protected',
    ),
    method(
      3,
      'invoke_protected_method',
      'optional',
      t.structureOf('invoke_protected_method_request', {
        object_method: methodDefinition,
        protection_parameters: protectionParameterList.type,
        protected_method_invocation_parameters: t.octetString(),
      }),
      'Invokes a method whose parameters are protected',
      t.structureOf('invoke_protected_method_response', {
        protection_parameters: protectionParameterList.type,
        protected_method_return_parameters: t.octetString(),
      }),
    ),
  ],
});

const pushMiddle = [
  attribute(3, 'send_destination_and_method', sendDestination.type, 'static', 'Where to push and how'),
  attribute(4, 'communication_window', t.arrayOf(timeWindow.type), 'static', 'When pushing is allowed'),
  attribute(
    5,
    'randomisation_start_interval',
    t.longUnsigned,
    'static',
    'Seconds that the start is spread over',
  ),
  attribute(6, 'number_of_retries', t.unsigned, 'static', 'Attempts after the first'),
] as const;
const repetitionSeconds = attribute(
  7,
  'repetition_delay',
  t.longUnsigned,
  'static',
  'Seconds between two attempts',
);
const pushProtection = [
  attribute(
    8,
    'port_reference',
    t.octetString(0, 6),
    'static',
    'Logical name of the port setup to push through',
  ),
  attribute(9, 'push_client_SAP', t.integer, 'static', 'Service access point of the client'),
  attribute(
    10,
    'push_protection_parameters',
    protectionParameterList.type,
    'static',
    'How the push is protected',
  ),
] as const;
const push = method(1, 'push', 'mandatory', t.integerZero, 'Pushes now, within the windows');

export const pushSetupV0 = defineClass({
  classId: 40,
  version: 0,
  title: 'Push setup',
  attributes: [
    attribute(2, 'push_object_list', pushObjectListV0.type, 'static', 'Attributes to push'),
    ...pushMiddle,
    repetitionSeconds,
  ],
  methods: [push],
});

export const pushSetupV1 = defineClass({
  classId: 40,
  version: 1,
  title: 'Push setup',
  attributes: [
    attribute(2, 'push_object_list', pushObjectList.type, 'static', 'Attributes to push'),
    ...pushMiddle,
    repetitionSeconds,
    ...pushProtection,
  ],
  methods: [push],
});

const pushV2Tail = [
  attribute(7, 'repetition_delay', repetitionDelay.type, 'static', 'How the delay between attempts grows'),
  ...pushProtection,
  attribute(
    11,
    'push_operation_method',
    pushOperationMethod.type,
    'static',
    'What counts as a push that arrived',
  ),
  attribute(
    12,
    'confirmation_parameters',
    confirmationParameters.type,
    'static',
    'From when, and how often, a confirmation is due',
  ),
  attribute(13, 'last_confirmation_date_time', t.dateTimeType, 'dynamic', 'When a push was confirmed last'),
] as const;
const pushReset = method(2, 'reset', 'optional', t.integerZero, 'Gives up the push in progress');

export const pushSetupV2 = defineClass({
  classId: 40,
  version: 2,
  title: 'Push setup',
  attributes: [
    attribute(2, 'push_object_list', pushObjectList.type, 'static', 'Attributes to push'),
    ...pushMiddle,
    ...pushV2Tail,
  ],
  methods: [push, pushReset],
});

/** The attributes of version 3 are those of version 2 by name and type. */
export const pushSetup = defineClass({
  classId: 40,
  version: 3,
  title: 'Push setup',
  attributes: [
    attribute(2, 'push_object_list', pushObjectList.type, 'static', 'Attributes to push'),
    ...pushMiddle,
    ...pushV2Tail,
  ],
  methods: [push, pushReset],
});

const suite = t.enumOf(
  { 0: 'aes_gcm_128', 1: 'ecdh_ecdsa_aes_gcm_128_sha_256', 2: 'ecdh_ecdsa_aes_gcm_256_sha_384' },
  'open',
);
const titles = [
  attribute(4, 'client_system_title', t.octetString(0, 8), 'dynamic', 'System title of the client'),
  attribute(5, 'server_system_title', t.octetString(0, 8), 'static', 'System title of the server'),
] as const;
/** Version 0 names four policies; version 1 has a bit for each kind of protection and direction. */
const policyV0 = t.enumOf({
  0: 'nothing',
  1: 'authenticated',
  2: 'encrypted',
  3: 'authenticated_and_encrypted',
});
const policyV1 = t.named('security_policy', t.enumOf({}, 'open'));

export const securitySetupV0 = defineClass({
  classId: 64,
  version: 0,
  title: 'Security setup',
  attributes: [
    attribute(2, 'security_policy', policyV0, 'static', 'Protection that every message needs'),
    attribute(3, 'security_suite', suite, 'static', 'Algorithms'),
    ...titles,
  ],
  methods: [
    method(1, 'security_activate', 'optional', policyV0, 'Strengthens the policy'),
    method(2, 'global_key_transfer', 'optional', t.arrayOf(keyTransfer.type), 'Replaces global keys'),
  ],
});

export const securitySetup = defineClass({
  classId: 64,
  version: 1,
  title: 'Security setup',
  attributes: [
    attribute(2, 'security_policy', policyV1, 'static', 'Protection that every message needs'),
    attribute(3, 'security_suite', suite, 'static', 'Algorithms'),
    ...titles,
    attribute(
      6,
      'certificates',
      t.arrayOf(certificateInfo.type),
      'dynamic',
      'Certificates that the server holds',
    ),
  ],
  methods: [
    method(1, 'security_activate', 'optional', policyV1, 'Strengthens the policy'),
    method(2, 'key_transfer', 'optional', t.arrayOf(keyTransfer.type), 'Replaces keys by wrapped ones'),
    method(
      3,
      'key_agreement',
      'optional',
      t.arrayOf(keyAgreement.type),
      'Agrees on keys',
      t.arrayOf(keyAgreement.type),
    ),
    method(
      4,
      'generate_key_pair',
      'optional',
      t.enumOf({ 0: 'digital_signature', 1: 'key_agreement', 2: 'tls' }),
      'Makes a key pair',
    ),
    method(
      5,
      'generate_certificate_request',
      'optional',
      t.enumOf({ 0: 'digital_signature', 1: 'key_agreement', 2: 'tls' }),
      'Makes a PKCS #10 request',
      t.octetString(),
    ),
    method(6, 'import_certificate', 'optional', t.octetString(), 'Takes an X.509 certificate'),
    method(
      7,
      'export_certificate',
      'optional',
      certificateIdentification.type,
      'Hands out an X.509 certificate',
      t.octetString(),
    ),
    method(8, 'remove_certificate', 'optional', certificateIdentification.type, 'Removes a certificate'),
  ],
});
