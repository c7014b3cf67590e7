/** The error codes of the link folder: what can go wrong between octets on a wire and a whole APDU. */
import { errorTable } from '../base/errors.ts';

export const raiseLink = errorTable('link', {
  'wrapper-version': {
    kind: 'decode',
    meaning: 'The wrapper header does not say version 1.',
    remedy: 'Check that the peer speaks the IEC 62056-4-7 wrapper on this port and not HDLC.',
  },
  'wrapper-length': {
    kind: 'decode',
    meaning: 'The length in the wrapper header does not fit the APDU or the bound of this receiver.',
    remedy: 'Check the sender; raise maxApduLength only if its APDUs are really that long.',
  },
  'wrapper-port': {
    kind: 'protocol',
    meaning: 'A wrapper port is not a number from 0 to 65535.',
    remedy: 'Hand in the client and server SAP as unsigned 16 bit numbers.',
  },
  'hdlc-flag': {
    kind: 'decode',
    meaning: 'An HDLC frame does not begin and end with the flag 7E.',
    remedy: 'Hand in the frame with both flags; check the line for lost octets.',
  },
  'hdlc-format': {
    kind: 'decode',
    meaning: 'The frame format field is not format type 3 with a length that fits the frame.',
    remedy: 'Check that the stream is HDLC and that no octets were lost.',
  },
  'hdlc-address': {
    kind: 'decode',
    meaning: 'An HDLC address does not have 1, 2 or 4 octets or is out of range.',
    remedy: 'Use the address form that the meter expects.',
  },
  'hdlc-control': {
    kind: 'decode',
    meaning: 'The control field is none of I, RR, RNR, SNRM, DISC, UA, DM, FRMR, UI.',
    remedy: 'Check the peer; other frame kinds are not part of the DLMS/COSEM profile.',
  },
  'hdlc-hcs': {
    kind: 'decode',
    meaning: 'The header check sequence of an HDLC frame is wrong.',
    remedy: 'The frame was damaged on the line; it will be asked for again.',
  },
  'hdlc-fcs': {
    kind: 'decode',
    meaning: 'The frame check sequence of an HDLC frame is wrong.',
    remedy: 'The frame was damaged on the line; it will be asked for again.',
  },
  'hdlc-parameters': {
    kind: 'decode',
    meaning: 'The negotiation parameters in a SNRM or UA frame are malformed or out of range.',
    remedy: 'Check the peer; connect with the default parameters.',
  },
  'hdlc-llc': {
    kind: 'decode',
    meaning: 'The information does not begin with the LLC header E6 E6 00 or E6 E7 00.',
    remedy: 'Check the peer, or whether the first segment of this APDU was lost.',
  },
  'hdlc-foreign': {
    kind: 'protocol',
    meaning: 'The frame is addressed to, or comes from, another station.',
    remedy: 'None is needed on a shared line; otherwise check the configured addresses.',
  },
  'hdlc-sequence': {
    kind: 'protocol',
    meaning: 'The frame is out of sequence.',
    remedy: 'None is needed: the frame is dropped and the right one is asked for.',
  },
  'hdlc-acknowledgement': {
    kind: 'protocol',
    meaning: 'The receive sequence number acknowledges a frame that was never sent.',
    remedy: 'Connect again; the two sides have lost each other.',
  },
  'hdlc-unexpected': {
    kind: 'protocol',
    meaning: 'The frame has no place in the present state of the link.',
    remedy: 'None is needed if a connection was just closed or retried; otherwise connect again.',
  },
  'hdlc-information': {
    kind: 'overload',
    meaning: 'The information field is longer than was agreed or than the frame kind allows.',
    remedy: 'Connect again with a larger maximum information field length.',
  },
  'hdlc-refused': {
    kind: 'peer',
    meaning: 'The peer answered with DM: it is not connected or will not connect.',
    remedy: 'Check the client and server address; connect again later.',
  },
  'hdlc-rejected': {
    kind: 'peer',
    meaning: 'The peer answered with FRMR: it could not accept a frame.',
    remedy: 'Connect again; the detail names the reason that the peer gave.',
  },
  'hdlc-timeout': {
    kind: 'peer',
    meaning: 'The peer did not make progress within the allowed number of attempts.',
    remedy: 'Check the line and the addresses; raise responseTimeoutMs or retries on a slow line.',
  },
  'hdlc-polls': {
    kind: 'peer',
    meaning: 'The peer stayed without an answer for the allowed number of polls.',
    remedy: 'Raise maxPolls if the request really takes that long.',
  },
  'hdlc-inactive': {
    kind: 'peer',
    meaning: 'The client was silent for longer than the inactivity time-out.',
    remedy: 'Connect again.',
  },
  'hdlc-state': {
    kind: 'protocol',
    meaning: 'The call does not fit the state of the link.',
    remedy: 'Connect before sending; connect once only.',
  },
  segments: {
    kind: 'overload',
    meaning: 'An APDU came in more segments than this receiver puts together.',
    remedy: 'Check the peer; raise maxSegments only if its APDUs really need it.',
  },
  'apdu-length': {
    kind: 'overload',
    meaning: 'An APDU is longer than this link takes.',
    remedy: 'Check the peer; raise maxApduLength only if its APDUs are really that long.',
  },
  'segment-lost': {
    kind: 'decode',
    meaning: 'An APDU could not be put together because one of its segments is missing.',
    remedy: 'Wait for the next push; check the line for damage.',
  },
  queue: {
    kind: 'overload',
    meaning: 'Too many APDUs wait to be sent.',
    remedy: 'Wait until earlier ones were delivered.',
  },
  'stream-noise': {
    kind: 'decode',
    meaning: 'Octets were skipped that belong to no valid frame.',
    remedy: 'Check the line; nothing else was lost.',
  },
  'mode-e-identification': {
    kind: 'decode',
    meaning: 'The answer to the request message is not an identification message of IEC 62056-21.',
    remedy: 'Check the optical head, 300 baud and 7 data bits with even parity.',
  },
  'mode-e-not-offered': {
    kind: 'peer',
    meaning: 'The other side does not take part in mode E with HDLC.',
    remedy: 'Talk HDLC directly, or use another IEC 62056-21 mode.',
  },
  'mode-e-length': {
    kind: 'overload',
    meaning: 'A message of the mode E opening is longer than the standard allows.',
    remedy: 'Check the baud rate and the optical head.',
  },
  'mode-e-timeout': {
    kind: 'peer',
    meaning: 'The other side did not answer during the mode E opening.',
    remedy: 'Check the optical head and try again after two seconds.',
  },
  'gateway-header': {
    kind: 'decode',
    meaning: 'The gateway prefix is malformed.',
    remedy: 'Check that the message passed a gateway and that its address length is right.',
  },
  'mbus-frame': {
    kind: 'decode',
    meaning: 'The octets are not an M-Bus long frame.',
    remedy: 'Check that the stream is wired M-Bus and that no octets were lost.',
  },
  'mbus-checksum': {
    kind: 'decode',
    meaning: 'The checksum of an M-Bus frame is wrong.',
    remedy: 'The frame was damaged on the line; wait for the next push.',
  },
  'mbus-not-dlms': {
    kind: 'protocol',
    meaning: 'The M-Bus frame carries something other than DLMS (CI field over 1F).',
    remedy: 'Hand the frame to an M-Bus decoder.',
  },
  closed: {
    kind: 'peer',
    meaning: 'The connection below the link was closed.',
    remedy: 'Connect again.',
  },
  connect: {
    kind: 'peer',
    meaning: 'The connection below the link could not be made.',
    remedy: 'Check the host, the port and the network; the cause is attached.',
  },
});

/** The codes without the folder name. */
export type LinkCode = Parameters<typeof raiseLink>[0];
