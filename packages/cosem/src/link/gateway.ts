/**
 * The gateway protocol (IEC 62056-5-3, gateway protocol): a prefix before the APDU names the network and the
 * device behind a gateway, so that the gateway forwards what follows without understanding it.
 */
import { ByteReader, ByteWriter } from '../base/bytes.ts';
import { raiseLink } from './errors.ts';

const requestHeader = 0xe6;
const responseHeader = 0xe7;

/** The length of the address stands in one octet. */
export const maxGatewayAddressLength = 255;

/** Where behind the gateway a message goes to (request) or comes from (response, push). */
export interface GatewayPrefix {
  /** `request`: towards the device (E6); `response`: from it, pushes included (E7). */
  readonly direction: 'request' | 'response';
  /** 0 to 255; 0 where there is one network only. */
  readonly networkId: number;
  /** The address of the device as its network writes it, for example a MAC address or an M-Bus address. */
  readonly deviceAddress: Uint8Array;
}

/** A prefixed message taken apart. */
export interface GatewayMessage extends GatewayPrefix {
  readonly apdu: Uint8Array;
}

/** Whether a message from the link layer begins with the gateway prefix; no APDU of DLMS begins so. */
export function hasGatewayPrefix(bytes: Uint8Array): boolean {
  return bytes[0] === requestHeader || bytes[0] === responseHeader;
}

/**
 * Puts the gateway prefix before an APDU (IEC 62056-5-3, gateway protocol). Errors: `link/gateway-header` for a
 * network id or address that does not fit one octet.
 */
export function encodeGateway(prefix: GatewayPrefix, apdu: Uint8Array): Uint8Array {
  const { networkId, deviceAddress } = prefix;
  if (!Number.isInteger(networkId) || networkId < 0 || networkId > 0xff)
    throw raiseLink('gateway-header', `network id ${networkId} is not one octet`);
  if (deviceAddress.length > maxGatewayAddressLength)
    throw raiseLink('gateway-header', `a device address of ${deviceAddress.length} octets`);
  return new ByteWriter(3 + deviceAddress.length + apdu.length)
    .u8(prefix.direction === 'request' ? requestHeader : responseHeader)
    .u8(networkId)
    .u8(deviceAddress.length)
    .raw(deviceAddress)
    .raw(apdu)
    .finish();
}

/**
 * Takes a prefixed message apart (IEC 62056-5-3, gateway protocol); address and APDU are views on the input.
 * Errors: `link/gateway-header` when it does not begin with E6 or E7 or holds no APDU, `bytes/truncated`.
 */
export function decodeGateway(bytes: Uint8Array, maxAddressLength = maxGatewayAddressLength): GatewayMessage {
  const reader = new ByteReader(bytes);
  const header = reader.u8('gateway.header');
  if (header !== requestHeader && header !== responseHeader)
    throw raiseLink('gateway-header', 'the message does not begin with E6 or E7', { offset: 0 });
  const networkId = reader.u8('gateway.network-id');
  const length = reader.u8('gateway.address-length');
  if (length > maxAddressLength)
    throw raiseLink('gateway-header', `address length ${length} is over ${maxAddressLength}`, { offset: 2 });
  const deviceAddress = reader.take(length, 'gateway.device-address');
  if (reader.remaining === 0)
    throw raiseLink('gateway-header', 'no APDU follows the prefix', { offset: reader.offset });
  const direction = header === requestHeader ? 'request' : 'response';
  return { direction, networkId, deviceAddress, apdu: reader.rest() };
}

/** The prefix that answers a request: same network and device, other direction. */
export function gatewayReply(prefix: GatewayPrefix): GatewayPrefix {
  const { networkId, deviceAddress } = prefix;
  return { direction: 'response', networkId, deviceAddress };
}
