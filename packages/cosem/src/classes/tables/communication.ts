/**
 * Data table: interface classes that set up and watch communication: ports, modems, Internet. IEC 62056-6-2.
 */
import { attribute, defineClass, method } from '../define.ts';
import * as t from '../type-language.ts';
import { timeWindow } from '../typed/calendar.ts';

const baud = {
  0: '300_baud',
  1: '600_baud',
  2: '1200_baud',
  3: '2400_baud',
  4: '4800_baud',
  5: '9600_baud',
  6: '19200_baud',
  7: '38400_baud',
  8: '57600_baud',
  9: '115200_baud',
} as const;
const speed = t.enumOf(baud);
const reference = t.octetString(0, 6);

const localPortHead = [
  attribute(
    2,
    'default_mode',
    t.enumOf({ 0: 'iec_62056_21', 1: 'hdlc', 2: 'not_specified' }, 'open'),
    'static',
    'Protocol that the port starts with',
  ),
  attribute(3, 'default_baud', speed, 'static', 'Speed of the opening sequence'),
  attribute(4, 'prop_baud', speed, 'static', 'Speed that the meter proposes'),
  attribute(
    5,
    'response_time',
    t.enumOf({ 0: '20_ms', 1: '200_ms' }),
    'static',
    'Shortest time before an answer',
  ),
  attribute(6, 'device_addr', t.octetString(), 'static', 'Device address of IEC 62056-21'),
  attribute(7, 'pass_p1', t.octetString(), 'static', 'Password 1'),
  attribute(8, 'pass_p2', t.octetString(), 'static', 'Password 2'),
  attribute(9, 'pass_w5', t.octetString(), 'static', 'Password for national applications'),
] as const;

export const iecLocalPortSetupV0 = defineClass({
  classId: 19,
  version: 0,
  title: 'IEC local port setup',
  attributes: localPortHead,
  methods: [],
});

export const iecLocalPortSetup = defineClass({
  classId: 19,
  version: 1,
  title: 'IEC local port setup',
  attributes: localPortHead,
  methods: [],
});

const hdlcWindows = [
  attribute(
    3,
    'window_size_transmit',
    t.simple('unsigned', 1, 7),
    'static',
    'Frames sent before one must be acknowledged',
    { min: 1, max: 7, default: 1 },
  ),
  attribute(
    4,
    'window_size_receive',
    t.simple('unsigned', 1, 7),
    'static',
    'Frames received before one must be acknowledged',
    { min: 1, max: 7, default: 1 },
  ),
] as const;
const hdlcEnd = [
  attribute(
    8,
    'inactivity_time_out',
    t.longUnsigned,
    'static',
    'Seconds without a frame until disconnection; 0 is never',
    { default: 120 },
  ),
  attribute(9, 'device_address', t.longUnsigned, 'static', 'Physical address of the device', {
    min: 0x10,
    max: 0x3ffd,
  }),
] as const;

export const iecHdlcSetupV0 = defineClass({
  classId: 23,
  version: 0,
  title: 'IEC HDLC setup',
  attributes: [
    attribute(2, 'comm_speed', speed, 'static', 'Speed', { default: 5 }),
    ...hdlcWindows,
    attribute(5, 'max_info_field_length_transmit', t.unsigned, 'static', 'Longest information field sent', {
      min: 32,
      max: 128,
      default: 128,
    }),
    attribute(
      6,
      'max_info_field_length_receive',
      t.unsigned,
      'static',
      'Longest information field received',
      { min: 32, max: 128, default: 128 },
    ),
    attribute(
      7,
      'inter_octet_time_out',
      t.longUnsigned,
      'static',
      'Milliseconds between octets that end a frame',
      { min: 20, max: 1000, default: 30 },
    ),
    ...hdlcEnd,
  ],
  methods: [],
});

export const iecHdlcSetup = defineClass({
  classId: 23,
  version: 1,
  title: 'IEC HDLC setup',
  attributes: [
    attribute(2, 'comm_speed', speed, 'static', 'Speed', { default: 5 }),
    ...hdlcWindows,
    attribute(
      5,
      'max_info_field_length_transmit',
      t.longUnsigned,
      'static',
      'Longest information field sent',
      { min: 32, max: 2030, default: 128 },
    ),
    attribute(
      6,
      'max_info_field_length_receive',
      t.longUnsigned,
      'static',
      'Longest information field received',
      { min: 32, max: 2030, default: 128 },
    ),
    attribute(
      7,
      'inter_octet_time_out',
      t.longUnsigned,
      'static',
      'Milliseconds between octets that end a frame',
      { min: 20, max: 6000, default: 25 },
    ),
    ...hdlcEnd,
  ],
  methods: [],
});

export const iecTwistedPairSetup = defineClass({
  classId: 24,
  version: 1,
  title: 'IEC twisted pair (1) setup',
  attributes: [
    attribute(2, 'mode', t.enumOf({ 0: 'inactive', 1: 'active' }), 'static', 'Whether the port is used'),
    attribute(3, 'speed', t.enumOf(baud, 'open'), 'static', 'Speed'),
    attribute(4, 'primary_address_list', t.arrayOf(t.unsigned), 'static', 'Primary station addresses'),
    attribute(5, 'tabi_list', t.arrayOf(t.integer), 'static', 'Addresses for the discovery of stations'),
  ],
  methods: [],
});

export const mBusSlavePortSetup = defineClass({
  classId: 25,
  version: 0,
  title: 'M-Bus slave port setup',
  attributes: [
    attribute(2, 'default_baud', speed, 'static', 'Speed that the port starts with'),
    attribute(3, 'avail_baud', speed, 'static', 'Speeds that can be negotiated'),
    attribute(
      4,
      'addr_state',
      t.enumOf({ 0: 'not_assigned', 1: 'assigned' }),
      'static',
      'Whether an address was assigned',
    ),
    attribute(5, 'bus_address', t.unsigned, 'static', 'Address on the bus'),
  ],
  methods: [],
});

const modemProfile = attribute(
  4,
  'modem_profile',
  t.arrayOf(t.octetString()),
  'static',
  'Answers of the modem, by meaning',
);

export const modemConfigurationV0 = defineClass({
  classId: 27,
  version: 0,
  title: 'Modem configuration',
  attributes: [
    attribute(2, 'comm_speed', speed, 'static', 'Speed to the modem', { default: 5 }),
    attribute(
      3,
      'initialization_string',
      t.arrayOf(
        t.structureOf('initialization_string_element', {
          request: t.octetString(),
          response: t.octetString(),
        }),
      ),
      'static',
      'Commands that initialise the modem',
    ),
    modemProfile,
  ],
  methods: [],
});

export const modemConfiguration = defineClass({
  classId: 27,
  version: 1,
  title: 'Modem configuration',
  attributes: [
    attribute(2, 'comm_speed', speed, 'static', 'Speed to the modem', { default: 5 }),
    attribute(
      3,
      'initialization_string',
      t.arrayOf(
        t.structureOf('initialization_string_element', {
          request: t.octetString(),
          response: t.octetString(),
          delay_after_response: t.longUnsigned,
        }),
      ),
      'static',
      'Commands that initialise the modem',
    ),
    modemProfile,
  ],
  methods: [],
});

const windows = t.arrayOf(timeWindow.type);

export const autoAnswer = defineClass({
  classId: 28,
  version: 2,
  title: 'Auto answer',
  attributes: [
    attribute(
      2,
      'mode',
      t.enumOf({ 0: 'always', 1: 'inside_window_only', 2: 'limited_calls' }, 'open'),
      'static',
      'When calls are answered',
    ),
    attribute(3, 'listening_window', windows, 'static', 'When the device listens'),
    attribute(
      4,
      'status',
      t.enumOf({ 0: 'inactive', 1: 'active', 2: 'locked' }),
      'dynamic',
      'State of the window',
    ),
    attribute(5, 'number_of_calls', t.unsigned, 'static', 'Calls allowed in a window; 0 is any number'),
    attribute(
      6,
      'number_of_rings',
      t.structureOf('nr_rings_type', { nr_rings_in_window: t.unsigned, nr_rings_out_of_window: t.unsigned }),
      'static',
      'Rings before the call is answered; 0 is no answer',
    ),
    attribute(
      7,
      'list_of_allowed_callers',
      t.arrayOf(
        t.structureOf('list_of_allowed_callers_element', {
          caller_id: t.octetString(),
          call_type: t.enumOf({ 0: 'normal_csd_call', 1: 'wake_up_request' }),
        }),
      ),
      'static',
      'Who may call, and for what',
    ),
  ],
  methods: [],
});

export const autoConnect = defineClass({
  classId: 29,
  version: 2,
  title: 'Auto connect',
  attributes: [
    attribute(
      2,
      'mode',
      t.enumOf(
        {
          0: 'no_auto_connect',
          101: 'always',
          102: 'always_in_window',
          103: 'always_in_window_and_upon_connect',
          104: 'upon_connect',
        },
        'open',
      ),
      'static',
      'When the device connects by itself',
    ),
    attribute(3, 'repetitions', t.unsigned, 'static', 'Attempts to connect'),
    attribute(4, 'repetition_delay', t.longUnsigned, 'static', 'Seconds between attempts'),
    attribute(5, 'calling_window', windows, 'static', 'When connecting is allowed'),
    attribute(6, 'destination_list', t.arrayOf(t.octetString()), 'static', 'Where to connect to'),
  ],
  methods: [method(1, 'connect', 'optional', t.integerZero, 'Connects now')],
});

export const tcpUdpSetup = defineClass({
  classId: 41,
  version: 0,
  title: 'TCP-UDP setup',
  attributes: [
    attribute(2, 'TCP-UDP_port', t.longUnsigned, 'static', 'Port that the device listens at'),
    attribute(3, 'IP_reference', reference, 'static', 'Logical name of the IP setup'),
    attribute(4, 'MSS', t.longUnsigned, 'static', 'Maximum segment size', {
      min: 40,
      max: 65535,
      default: 576,
    }),
    attribute(5, 'nb_of_sim_conn', t.unsigned, 'static', 'Connections at a time', { min: 1 }),
    attribute(
      6,
      'inactivity_time_out',
      t.longUnsigned,
      'static',
      'Seconds until an idle connection is closed; 0 is never',
      { default: 180 },
    ),
  ],
  methods: [],
});

export const ipv4Setup = defineClass({
  classId: 42,
  version: 0,
  title: 'IPv4 setup',
  attributes: [
    attribute(2, 'DL_reference', reference, 'static', 'Logical name of the data link setup'),
    attribute(3, 'IP_address', t.doubleLongUnsigned, 'static', 'Address'),
    attribute(4, 'multicast_IP_address', t.arrayOf(t.doubleLongUnsigned), 'static', 'Multicast addresses'),
    attribute(
      5,
      'IP_options',
      t.arrayOf(
        t.structureOf('IP_options_element', {
          IP_option_type: t.unsigned,
          IP_option_length: t.unsigned,
          IP_option_data: t.octetString(),
        }),
      ),
      'static',
      'Options of the IP header',
    ),
    attribute(6, 'subnet_mask', t.doubleLongUnsigned, 'static', 'Subnet mask'),
    attribute(7, 'gateway_IP_address', t.doubleLongUnsigned, 'static', 'Gateway'),
    attribute(8, 'use_DHCP_flag', t.boolean, 'static', 'Whether DHCP is used'),
    attribute(9, 'primary_DNS_address', t.doubleLongUnsigned, 'static', 'First name server'),
    attribute(10, 'secondary_DNS_address', t.doubleLongUnsigned, 'static', 'Second name server'),
  ],
  methods: [
    method(1, 'add_mc_IP_address', 'optional', t.doubleLongUnsigned, 'Adds a multicast address'),
    method(2, 'delete_mc_IP_address', 'optional', t.doubleLongUnsigned, 'Deletes a multicast address'),
    method(
      3,
      'get_nbof_mc_IP_addresses',
      'optional',
      t.integerZero,
      'Counts the multicast addresses',
      t.choiceOf(t.unsigned, t.longUnsigned),
    ),
  ],
});

export const macAddressSetup = defineClass({
  classId: 43,
  version: 0,
  title: 'MAC address setup',
  attributes: [attribute(2, 'MAC_address', t.octetString(), 'dynamic', 'Address of the link')],
  methods: [],
});

export const pppSetup = defineClass({
  classId: 44,
  version: 0,
  title: 'PPP setup',
  attributes: [
    attribute(2, 'PHY_reference', reference, 'static', 'Logical name of the physical layer setup'),
    attribute(
      3,
      'LCP_options',
      t.arrayOf(
        t.structureOf('LCP_options_element', {
          'LCP-option-type': t.unsigned,
          'LCP-option-length': t.unsigned,
          'LCP-option-data': t.any,
        }),
      ),
      'static',
      'Options of the link control protocol',
    ),
    attribute(
      4,
      'IPCP_options',
      t.arrayOf(
        t.structureOf('IPCP_options_element', {
          'IPCP-option-type': t.unsigned,
          'IPCP-option-length': t.unsigned,
          'IPCP-option-data': t.any,
        }),
      ),
      'static',
      'Options of the IP control protocol',
    ),
    attribute(5, 'PPP_authentication', t.any, 'static', 'User name and password, by the protocol agreed on'),
  ],
  methods: [],
});

const quality = t.structureOf('qos_element', {
  precedence: t.unsigned,
  delay: t.unsigned,
  reliability: t.unsigned,
  peak_throughput: t.unsigned,
  mean_throughput: t.unsigned,
});

export const gprsModemSetup = defineClass({
  classId: 45,
  version: 0,
  title: 'GPRS modem setup',
  attributes: [
    attribute(2, 'APN', t.octetString(), 'static', 'Access point name'),
    attribute(3, 'PIN_code', t.longUnsigned, 'static', 'PIN of the SIM'),
    attribute(
      4,
      'quality_of_service',
      t.structureOf('quality_of_service', { default: quality, requested: quality }),
      'static',
      'Quality of service',
    ),
  ],
  methods: [],
});

export const smtpSetup = defineClass({
  classId: 46,
  version: 0,
  title: 'SMTP setup',
  attributes: [
    attribute(2, 'server_port', t.longUnsigned, 'static', 'Port of the mail server', { default: 25 }),
    attribute(3, 'user_name', t.octetString(), 'static', 'User name'),
    attribute(4, 'login_password', t.octetString(), 'static', 'Password'),
    attribute(5, 'server_address', t.octetString(), 'static', 'Address of the mail server'),
    attribute(6, 'sender_address', t.octetString(), 'static', 'Address of the sender'),
  ],
  methods: [],
});

const diagnosticHead = [
  attribute(2, 'operator', t.visibleString, 'dynamic', 'Network operator'),
  attribute(
    3,
    'status',
    t.enumOf(
      {
        0: 'not_registered',
        1: 'registered_home',
        2: 'searching',
        3: 'registration_denied',
        4: 'unknown',
        5: 'registered_roaming',
      },
      'open',
    ),
    'dynamic',
    'Registration of the modem',
    { default: 255 },
  ),
  attribute(
    4,
    'cs_attachment',
    t.enumOf({ 0: 'inactive', 1: 'incoming_call', 2: 'active' }, 'open'),
    'dynamic',
    'State of the circuit switched side',
    { default: 255 },
  ),
  attribute(
    5,
    'PS_status',
    t.enumOf({ 0: 'inactive', 1: 'gprs', 2: 'edge', 3: 'umts', 4: 'hsdpa', 5: 'lte', 6: 'cdma' }, 'open'),
    'dynamic',
    'State of the packet switched side',
    { default: 255 },
  ),
] as const;
const captured = attribute(8, 'capture_time', t.dateTimeType, 'dynamic', 'When the values were captured');

export const gsmDiagnosticV0 = defineClass({
  classId: 47,
  version: 0,
  title: 'GSM diagnostic',
  attributes: [
    ...diagnosticHead,
    attribute(
      6,
      'cell_info',
      t.structureOf('cell_info_type', {
        cell_ID: t.longUnsigned,
        location_ID: t.longUnsigned,
        signal_quality: t.unsigned,
        ber: t.unsigned,
      }),
      'dynamic',
      'The cell in use',
    ),
    attribute(
      7,
      'adjacent_cells',
      t.arrayOf(t.structureOf('adjacent_cell_info', { cell_ID: t.longUnsigned, signal_quality: t.unsigned })),
      'dynamic',
      'Cells around it',
    ),
    captured,
  ],
  methods: [],
});

export const gsmDiagnosticV1 = defineClass({
  classId: 47,
  version: 1,
  title: 'GSM diagnostic',
  attributes: [
    ...diagnosticHead,
    attribute(
      6,
      'cell_info',
      t.structureOf('cell_info_type', {
        cell_ID: t.doubleLongUnsigned,
        location_ID: t.longUnsigned,
        signal_quality: t.unsigned,
        ber: t.unsigned,
        mcc: t.longUnsigned,
        mnc: t.longUnsigned,
        channel_number: t.doubleLongUnsigned,
      }),
      'dynamic',
      'The cell in use',
    ),
    attribute(
      7,
      'adjacent_cells',
      t.arrayOf(
        t.structureOf('adjacent_cell_info', { cell_ID: t.doubleLongUnsigned, signal_quality: t.unsigned }),
      ),
      'dynamic',
      'Cells around it',
    ),
    captured,
  ],
  methods: [],
});

/** As version 1, with further values of `status` and `PS_status`. */
export const gsmDiagnostic = defineClass({
  classId: 47,
  version: 2,
  title: 'GSM diagnostic',
  attributes: [
    ...diagnosticHead,
    gsmDiagnosticV1.attributes.cellInfo,
    gsmDiagnosticV1.attributes.adjacentCells,
    captured,
  ],
  methods: [],
});

const ipv6 = t.octetString(16, 16);
const typedAddress = t.structureOf('IPv6_address', {
  IPv6_address_type: t.enumOf({ 0: 'unicast', 1: 'multicast', 2: 'gateway' }),
  IPv6_address: ipv6,
});

export const ipv6Setup = defineClass({
  classId: 48,
  version: 0,
  title: 'IPv6 setup',
  attributes: [
    attribute(2, 'DL_reference', reference, 'static', 'Logical name of the data link setup'),
    attribute(
      3,
      'address_config_mode',
      t.enumOf({ 0: 'auto_configuration', 1: 'dhcpv6', 2: 'manual', 3: 'neighbour_discovery' }),
      'static',
      'Where addresses come from',
      { default: 0 },
    ),
    attribute(4, 'unicast_IPv6_addresses', t.arrayOf(ipv6), 'static', 'Unicast addresses'),
    attribute(5, 'multicast_IPv6_addresses', t.arrayOf(ipv6), 'static', 'Multicast addresses'),
    attribute(6, 'gateway_IPv6_addresses', t.arrayOf(ipv6), 'static', 'Gateways'),
    attribute(7, 'primary_DNS_address', t.octetString(0, 16), 'static', 'First name server'),
    attribute(8, 'secondary_DNS_address', t.octetString(0, 16), 'static', 'Second name server'),
    attribute(9, 'traffic_class', t.simple('unsigned', 0, 63), 'static', 'Traffic class of the IP header', {
      min: 0,
      max: 63,
      default: 0,
    }),
    attribute(
      10,
      'neighbor_discovery_setup',
      t.arrayOf(
        t.structureOf('neighbor_discovery_setup_element', {
          RS_max_retry: t.unsigned,
          RS_retry_wait_time: t.longUnsigned,
          RA_send_period: t.doubleLongUnsigned,
        }),
      ),
      'static',
      'Timers of neighbour discovery',
    ),
  ],
  methods: [
    method(1, 'add_IPv6_address', 'optional', typedAddress, 'Adds an address'),
    method(2, 'remove_IPv6_address', 'optional', typedAddress, 'Removes an address'),
  ],
});

const ntpKey = t.structureOf('authentication_key', { key_id: t.doubleLongUnsigned, key: t.octetString() });

export const ntpSetup = defineClass({
  classId: 100,
  version: 0,
  title: 'NTP setup',
  attributes: [
    attribute(2, 'activated', t.boolean, 'static', 'Whether NTP is used'),
    attribute(3, 'server_address', t.octetString(), 'static', 'Address of the time server'),
    attribute(4, 'server_port', t.longUnsigned, 'static', 'Port of the time server', { default: 123 }),
    attribute(
      5,
      'authentication_method',
      t.enumOf({ 0: 'no_security', 1: 'shared_secrets', 2: 'auto_key_iff' }),
      'static',
      'How the server is authenticated',
    ),
    attribute(6, 'authentication_keys', t.arrayOf(ntpKey), 'static', 'Shared secrets'),
    attribute(7, 'client_key', t.octetString(), 'static', 'Key of the client'),
  ],
  methods: [
    method(1, 'synchronize', 'optional', t.integerZero, 'Synchronises now'),
    method(2, 'add_authentication_key', 'optional', ntpKey, 'Adds or replaces a key'),
    method(3, 'delete_authentication_key', 'optional', t.doubleLongUnsigned, 'Deletes a key'),
  ],
});

export const communicationPortProtection = defineClass({
  classId: 124,
  version: 0,
  title: 'Communication port protection',
  attributes: [
    attribute(
      2,
      'protection_mode',
      t.enumOf({ 0: 'locked', 1: 'locked_on_failed_attempts', 2: 'unlocked' }),
      'static',
      'How the port is protected',
    ),
    attribute(
      3,
      'allowed_failed_attempts',
      t.longUnsigned,
      'static',
      'Failed attempts until the port is locked',
    ),
    attribute(4, 'initial_lockout_time', t.doubleLongUnsigned, 'static', 'Seconds of the first lockout'),
    attribute(5, 'steepness_factor', t.unsigned, 'static', 'How fast lockouts grow'),
    attribute(6, 'max_lockout_time', t.doubleLongUnsigned, 'static', 'Seconds of the longest lockout'),
    attribute(7, 'port_reference', reference, 'static', 'Logical name of the port setup'),
    attribute(
      8,
      'protection_status',
      t.enumOf({ 0: 'unlocked', 1: 'temporarily_locked', 2: 'locked' }),
      'dynamic',
      'State of the port',
    ),
    attribute(
      9,
      'failed_attempts',
      t.doubleLongUnsigned,
      'dynamic',
      'Failed attempts since the last success',
      { default: 0 },
    ),
    attribute(10, 'cumulative_failed_attempts', t.doubleLongUnsigned, 'dynamic', 'Failed attempts in total', {
      default: 0,
    }),
  ],
  methods: [method(1, 'reset', 'optional', t.integerZero, 'Unlocks the port and clears the attempts')],
});
