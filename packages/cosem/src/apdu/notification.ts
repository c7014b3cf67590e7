/** What a server sends unasked (IEC 62056-5-3, EVENT-NOTIFICATION-Request and Data-Notification). */
import { raiseApdu } from './errors.ts';
import { type ApduReader, type ApduWriter, dateTimeSize } from './fields.ts';
import type { DataNotification, EventNotificationRequest } from './types.ts';

/** Reads an event notification behind its tag (IEC 62056-5-3, EVENT-NOTIFICATION-Request). */
export function readEventNotification(r: ApduReader): EventNotificationRequest {
  const type = 'event-notification-request';
  const dateTime = readEventTime(r, `${type}.time`);
  const descriptor = r.attribute(`${type}.descriptor`);
  const value = r.data(`${type}.value`);
  return dateTime === undefined ? { type, descriptor, value } : { type, dateTime, descriptor, value };
}

/**
 * `time` is OPTIONAL; editions and peers differ on whether a length follows the presence octet, and one known peer
 * writes the length alone. A date-time begins with the year, so 0C in its first octet cannot be one of this age.
 */
function readEventTime(r: ApduReader, path: string): Uint8Array | undefined {
  const flagAt = r.offset;
  const flag = r.u8(path);
  if (flag === 0) return undefined;
  if (flag !== 1 && flag !== dateTimeSize) {
    throw raiseApdu('field', `presence octet ${flag}`, { path, offset: flagAt });
  }
  if (flag === 1 && r.remaining > 0 && r.bytes[r.offset] === dateTimeSize) r.u8(path);
  return r.take(dateTimeSize, path);
}

/** Writes an event notification behind its tag; throws `apdu/range`. */
export function writeEventNotification(w: ApduWriter, apdu: EventNotificationRequest): void {
  if (apdu.dateTime === undefined) w.u8(0);
  else if (apdu.dateTime.length !== dateTimeSize) throw raiseApdu('range', 'the time has twelve octets');
  else w.u8(1).octets(apdu.dateTime);
  w.attribute(apdu.descriptor).data(apdu.value);
}

const octetStringTag = 0x09;
const dateTimeTag = 0x19;

/** Reads a data notification behind its tag (IEC 62056-5-3, Data-Notification). */
export function readDataNotification(r: ApduReader): DataNotification {
  const type = 'data-notification';
  const invoke = r.longInvoke(type);
  const path = `${type}.date-time`;
  const next = r.remaining > 0 ? r.bytes[r.offset] : undefined;
  // Neither 09 nor 19 is a length that a date-time can have, so both can only be the tags some meters put there.
  if (next === octetStringTag) {
    r.u8(path);
    const dateTime = r.dateTime(path);
    return { type, invoke, dateTime, body: r.data(`${type}.body`), quirk: 'octet-string-tag' };
  }
  if (next === dateTimeTag) {
    r.u8(path);
    const dateTime = r.take(dateTimeSize, path);
    return { type, invoke, dateTime, body: r.data(`${type}.body`), quirk: 'date-time-tag' };
  }
  const dateTime = r.dateTime(path);
  return { type, invoke, dateTime, body: r.data(`${type}.body`) };
}

/** Writes a data notification behind its tag; throws `apdu/range`. */
export function writeDataNotification(w: ApduWriter, apdu: DataNotification): void {
  w.longInvoke(apdu.invoke);
  if (apdu.quirk === 'date-time-tag') {
    if (apdu.dateTime.length !== dateTimeSize) throw raiseApdu('range', 'the date-time has twelve octets');
    w.u8(dateTimeTag).raw(apdu.dateTime);
  } else {
    if (apdu.quirk === 'octet-string-tag') w.u8(octetStringTag);
    w.dateTime(apdu.dateTime);
  }
  w.data(apdu.body);
}
