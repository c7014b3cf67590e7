/** Disconnect control (IEC 62056-6-2, class 70): the state machine of the control modes on a switch behind a port. */
import { classes } from '../../classes/catalogue.ts';
import { data } from '../../data/types.ts';
import type { ObisLike } from '../../obis/obis.ts';
import { raiseServer } from '../errors.ts';
import { type CosemObject, defineObject } from '../object.ts';

/** control_state by name (IEC 62056-6-2, class 70). */
export const controlStates = { disconnected: 0, connected: 1, readyForReconnection: 2 } as const;
export type ControlState = keyof typeof controlStates;
/** control_mode (IEC 62056-6-2, class 70): which transitions are allowed. */
export type ControlMode = 0 | 1 | 2 | 3 | 4 | 5 | 6;

/** The switch. */
export interface SwitchPort {
  /** Whether the supply is on, as the contact says. */
  isClosed(): boolean;
  /** Settles when the contact has moved. */
  open(): void | Promise<void>;
  close(): void | Promise<void>;
  load(): ControlState | undefined;
  /** Settles when the state is durable. */
  save(state: ControlState): void | Promise<void>;
}

/** A disconnector: its object, and the transitions that do not come from a client. */
export interface DisconnectControl {
  readonly object: CosemObject;
  readonly state: ControlState;
  /** The button at the meter closes the switch, where it is ready for it or the mode allows it. */
  reconnectManually(): Promise<boolean>;
  /** A limiter or another function of the meter opens the switch. */
  disconnectLocally(): Promise<boolean>;
}

/** Modes in which a remote reconnection closes the switch at once. */
const remoteCloses: readonly ControlMode[] = [2, 4];
/** Modes in which a local disconnection leaves the switch ready for the button. */
const localOpens: readonly ControlMode[] = [1, 2, 3, 4, 5, 6];

/**
 * Makes a disconnect control object. In mode 0 nothing moves; in modes 2 and 4 remote_reconnect closes the switch, in the
 * others it makes it ready for the button. Refusals are `object-unavailable`.
 */
export function disconnectControl(
  port: SwitchPort,
  mode: ControlMode,
  obis: ObisLike = '0.0.96.3.10.255',
): DisconnectControl {
  let state: ControlState = port.load() ?? (port.isClosed() ? 'connected' : 'disconnected');
  const become = async (next: ControlState): Promise<void> => {
    await port.save(next);
    state = next;
  };
  const allowed = (): void => {
    if (mode === 0) throw raiseServer('object-unavailable', 'the control mode allows no transition');
  };
  const remoteDisconnect = async (): Promise<void> => {
    allowed();
    await port.open();
    await become('disconnected');
  };
  const remoteReconnect = async (): Promise<void> => {
    allowed();
    if (state === 'connected') return;
    if (!remoteCloses.includes(mode)) return become('readyForReconnection');
    await port.close();
    await become('connected');
  };
  const object = defineObject(classes.disconnectControl, {
    obis,
    attributes: {
      outputState: { get: () => data('boolean', port.isClosed()) },
      controlState: { get: () => data('enum', controlStates[state]) },
      controlMode: data('enum', mode),
    },
    methods: { remoteDisconnect, remoteReconnect },
  });
  return {
    object,
    get state() {
      return state;
    },
    reconnectManually: async () => {
      if (state !== 'readyForReconnection') return false;
      await port.close();
      await become('connected');
      return true;
    },
    disconnectLocally: async () => {
      if (!localOpens.includes(mode) || state !== 'connected') return false;
      await port.open();
      await become('readyForReconnection');
      return true;
    },
  };
}

/** A switch in memory. */
export class MemorySwitch implements SwitchPort {
  #closed = true;
  #state: ControlState | undefined;

  isClosed(): boolean {
    return this.#closed;
  }

  open(): void {
    this.#closed = false;
  }

  close(): void {
    this.#closed = true;
  }

  load(): ControlState | undefined {
    return this.#state;
  }

  save(state: ControlState): void {
    this.#state = state;
  }
}
