/** Push setup (IEC 62056-6-2, class 40): `push` gathers the values and hands a DataNotification to whoever sends it. */
import { encodeApdu } from '../../apdu/index.ts';
import type { DataNotification } from '../../apdu/types.ts';
import { classes } from '../../classes/catalogue.ts';
import {
  type PushObject,
  pushObjectList,
  type SendDestination,
  sendDestination,
} from '../../classes/typed/push.ts';
import { encodeDateTime, fromDate } from '../../data/date-time.ts';
import { type Data, data } from '../../data/types.ts';
import type { ApduChannel, Saps } from '../../link/channel.ts';
import type { ObisLike } from '../../obis/obis.ts';
import type { Protection } from '../../security/policy.ts';
import { openProtection } from '../../session/protection.ts';
import type { DeviceSecurity } from '../device-security.ts';
import { raiseServer } from '../errors.ts';
import { type CosemObject, defineObject } from '../object.ts';
import type { ColumnReader } from './profile.ts';

/** Sends a notification; settles when it was handed to the network. */
export type PushSender = (notification: DataNotification, destination: SendDestination) => Promise<void>;

/** How a push setup is declared. */
export interface PushSetupOptions {
  readonly obis?: ObisLike;
  /** What is pushed. Begin with the push setup's own push_object_list and receivers can name the values. */
  readonly objects: readonly PushObject[];
  readonly destination: SendDestination;
  readonly read: ColumnReader;
  readonly send: PushSender;
  /** Milliseconds since 1970, for the time of the notification. */
  readonly nowMs: () => number;
  /** Attempts after the first. */
  readonly retries?: number;
}

/** A push setup: its object, and pushing for the device's own reasons. */
export interface PushSetup {
  readonly object: CosemObject;
  push(): Promise<void>;
}

/** Pushes of one setup that may wait for each other. */
const maxWaitingPushes = 4;
const maxInvokeId = 0xff_ffff;

/** Makes a push setup object (version 1). A push that cannot be sent fails as `temporary-failure`. */
export function pushSetup(options: PushSetupOptions): PushSetup {
  const { objects, destination, retries = 0 } = options;
  let invokeId = 0;
  let waiting = 0;
  let turn: Promise<unknown> = Promise.resolve();
  const gather = async (): Promise<DataNotification> => {
    const values: Data[] = [];
    for (const object of objects) values.push(await options.read(object));
    invokeId = (invokeId % maxInvokeId) + 1;
    return {
      type: 'data-notification',
      invoke: {
        invokeId,
        selfDescriptive: false,
        breakOnError: false,
        confirmed: false,
        highPriority: false,
      },
      dateTime: encodeDateTime(fromDate(new Date(options.nowMs()))),
      body: { type: 'structure', value: values },
    };
  };
  const attempt = async (): Promise<void> => {
    const notification = await gather();
    for (let left = retries; ; left--) {
      try {
        return await options.send(notification, destination);
      } catch (cause) {
        if (left <= 0) throw raiseServer('temporary-failure', 'the push could not be sent', { cause });
      }
    }
  };
  const push = async (): Promise<void> => {
    if (waiting >= maxWaitingPushes) throw raiseServer('temporary-failure', 'earlier pushes are waiting');
    waiting += 1;
    const own = turn.catch(() => {}).then(attempt);
    turn = own;
    try {
      await own;
    } finally {
      waiting -= 1;
    }
  };
  const object = defineObject(classes.pushSetup, {
    obis: options.obis ?? '0.0.25.9.0.255',
    attributes: {
      pushObjectList: pushObjectList.encode(objects),
      sendDestinationAndMethod: sendDestination.encode(destination),
      communicationWindow: data('array', []),
      randomisationStartInterval: data('long-unsigned', 0),
      numberOfRetries: data('unsigned', retries),
    },
    methods: { push: () => push() },
  });
  return { object, push };
}

/**
 * Seals a notification for one receiver under the device's global key, in general-glo-ciphering, which carries the
 * device's system title. Out: the APDU to send. Throws `security/key-missing`, `security/counter-*`.
 */
export async function sealPush(
  security: DeviceSecurity,
  receiverTitle: Uint8Array,
  notification: DataNotification,
  protection: Protection = { authenticated: true, encrypted: true, signed: false },
): Promise<Uint8Array> {
  await security.settled();
  const sealing = await openProtection(security.settingsFor(receiverTitle, 0xffff));
  try {
    return await sealing.protect(encodeApdu(notification), { protection, form: 'general' });
  } finally {
    sealing.close();
  }
}

/** Sends sealed notifications on a channel that is up, for example one to the head end. */
export function pushOver(
  channel: ApduChannel,
  saps: Saps,
  security: DeviceSecurity | undefined,
  receiverTitle: Uint8Array,
): PushSender {
  return async (notification) => {
    const apdu =
      security === undefined
        ? encodeApdu(notification)
        : await sealPush(security, receiverTitle, notification);
    await channel.send(apdu, { saps, awaitReply: false, unnumbered: true });
  };
}
