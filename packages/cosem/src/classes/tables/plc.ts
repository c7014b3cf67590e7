/**
 * Data table: interface classes for G3-PLC. IEC 62056-6-2, G3-PLC setup classes (version 1).
 */
import { attribute, defineClass, method } from '../define.ts';
import * as t from '../type-language.ts';

const counter = t.doubleLongUnsigned;

export const g3PlcMacLayerCounters = defineClass({
  classId: 90,
  version: 1,
  title: 'G3-PLC MAC layer counters',
  attributes: [
    attribute(2, 'mac_Tx_data_packet_count', counter, 'dynamic', 'Data packets sent'),
    attribute(3, 'mac_Rx_data_packet_count', counter, 'dynamic', 'Data packets received'),
    attribute(4, 'mac_Tx_cmd_packet_count', counter, 'dynamic', 'Command packets sent'),
    attribute(5, 'mac_Rx_cmd_packet_count', counter, 'dynamic', 'Command packets received'),
    attribute(6, 'mac_CSMA_fail_count', counter, 'dynamic', 'Times that channel access failed'),
    attribute(7, 'mac_CSMA_no_ACK_count', counter, 'dynamic', 'Times that no acknowledgement came'),
    attribute(8, 'mac_bad_CRC_count', counter, 'dynamic', 'Frames with a bad checksum'),
    attribute(9, 'mac_Tx_data_broadcast_count', counter, 'dynamic', 'Broadcasts sent'),
    attribute(10, 'mac_Rx_data_broadcast_count', counter, 'dynamic', 'Broadcasts received'),
  ],
  methods: [method(1, 'reset', 'optional', t.integerZero, 'Clears the counters')],
});

const keyEntry = t.structureOf('key_table', { key_id: t.unsigned, key: t.octetString() });

export const g3PlcMacSetup = defineClass({
  classId: 91,
  version: 1,
  title: 'G3-PLC MAC setup',
  attributes: [
    attribute(2, 'mac_short_address', t.longUnsigned, 'dynamic', 'Short address', { default: 0xffff }),
    attribute(3, 'mac_RC_coord', t.longUnsigned, 'dynamic', 'Route cost to the coordinator'),
    attribute(4, 'mac_PAN_id', t.longUnsigned, 'dynamic', 'Identifier of the network', { default: 0xffff }),
    attribute(5, 'mac_key_table', t.arrayOf(keyEntry), 'dynamic', 'Group master keys'),
    attribute(6, 'mac_frame_counter', counter, 'dynamic', 'Frame counter'),
    attribute(7, 'mac_tone_mask', t.bitString(), 'static', 'Carriers that may be used'),
    attribute(8, 'mac_TMR_TTL', t.unsigned, 'static', 'Minutes that tone map parameters live'),
    attribute(9, 'mac_max_frame_retries', t.unsigned, 'static', 'Retries of a frame'),
    attribute(10, 'mac_neighbour_table_entry_TTL', t.unsigned, 'static', 'Minutes that neighbours live'),
    attribute(11, 'mac_neighbour_table', t.arrayOf(t.any), 'dynamic', 'Neighbours'),
    attribute(12, 'mac_high_priority_window_size', t.unsigned, 'static', 'Slots of the high priority window'),
    attribute(13, 'mac_CSMA_fairness_limit', t.unsigned, 'static', 'Limit of channel access fairness'),
    attribute(
      14,
      'mac_beacon_randomization_window_length',
      t.unsigned,
      'static',
      'Seconds that beacons are spread over',
    ),
    attribute(15, 'mac_A', t.unsigned, 'static', 'Parameter A of the contention window'),
    attribute(16, 'mac_K', t.unsigned, 'static', 'Parameter K of the contention window'),
    attribute(17, 'mac_min_CW_attempts', t.unsigned, 'static', 'Attempts at the smallest contention window'),
    attribute(18, 'mac_cenelec_legacy_mode', t.unsigned, 'static', 'Compatibility in the CENELEC bands'),
    attribute(19, 'mac_FCC_legacy_mode', t.unsigned, 'static', 'Compatibility in the FCC band'),
    attribute(20, 'mac_max_BE', t.unsigned, 'static', 'Largest backoff exponent'),
    attribute(21, 'mac_max_CSMA_backoffs', t.unsigned, 'static', 'Most backoffs'),
    attribute(22, 'mac_min_BE', t.unsigned, 'static', 'Smallest backoff exponent'),
  ],
  methods: [
    method(
      1,
      'mac_get_neighbour_table_entry',
      'optional',
      t.any,
      'Hands out the entry of one neighbour',
      t.any,
    ),
  ],
});

export const g3Plc6LowPanSetup = defineClass({
  classId: 92,
  version: 1,
  title: 'G3-PLC 6LoWPAN adaptation layer setup',
  attributes: [
    attribute(2, 'adp_max_hops', t.unsigned, 'static', 'Most hops of a route'),
    attribute(3, 'adp_weak_LQI_value', t.unsigned, 'static', 'Link quality that counts as weak'),
    attribute(4, 'adp_security_level', t.unsigned, 'static', 'Security level of outgoing frames'),
    attribute(5, 'adp_prefix_table', t.arrayOf(t.any), 'dynamic', 'IPv6 prefixes'),
    attribute(6, 'adp_routing_configuration', t.arrayOf(t.any), 'static', 'Parameters of routing'),
    attribute(
      7,
      'adp_broadcast_log_table_entry_TTL',
      t.longUnsigned,
      'static',
      'Minutes that log entries live',
    ),
    attribute(8, 'adp_routing_table', t.arrayOf(t.any), 'dynamic', 'Routes'),
    attribute(
      9,
      'adp_context_information_table',
      t.arrayOf(t.any),
      'dynamic',
      'Contexts of header compression',
    ),
    attribute(10, 'adp_blacklist_table', t.arrayOf(t.any), 'dynamic', 'Neighbours that are avoided'),
    attribute(11, 'adp_broadcast_log_table', t.arrayOf(t.any), 'dynamic', 'Broadcasts that were seen'),
    attribute(12, 'adp_group_table', t.arrayOf(t.any), 'static', 'Groups that the device belongs to'),
    attribute(13, 'adp_max_join_wait_time', t.longUnsigned, 'static', 'Seconds to wait when joining'),
    attribute(14, 'adp_path_discovery_time', t.unsigned, 'static', 'Seconds to wait for a path'),
    attribute(15, 'adp_active_key_index', t.unsigned, 'static', 'Key in use'),
    attribute(16, 'adp_metric_type', t.unsigned, 'static', 'How routes are compared'),
    attribute(17, 'adp_coord_short_address', t.longUnsigned, 'static', 'Short address of the coordinator'),
    attribute(18, 'adp_disable_default_routing', t.boolean, 'static', 'Whether default routing is off'),
    attribute(
      19,
      'adp_device_type',
      t.enumOf({ 0: 'pan_device', 1: 'pan_coordinator', 2: 'not_defined' }),
      'static',
      'Role of the device',
    ),
  ],
  methods: [],
});
