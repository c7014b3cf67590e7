/**
 * The security of a logical device while it runs: suite, policy, keys, counters, and the change of keys so that a crash at
 * any point leaves keys and counters that belong together (IEC 62056-6-2, Security setup; IEC 62056-5-3, key management).
 */

import { toHex } from '../base/bytes.ts';
import type { CounterPort } from '../security/counters.ts';
import type { KeyPlan } from '../security/general.ts';
import type { FreshnessClaim } from '../security/general-open.ts';
import type { ChangeablePurpose } from '../security/key-change.ts';
import type { KeyName, KeyPort } from '../security/keys.ts';
import type { SecurityPolicy } from '../security/policy.ts';
import { checkSystemTitle, type SecuritySuite } from '../security/suite.ts';
import { openPolicy } from '../session/association-context.ts';
import type { SecuritySettings } from '../session/security-settings.ts';
import type { CertificateStore } from './certificate-store.ts';
import type { Caller } from './object.ts';

/** What has to survive a restart. */
export interface SecurityState {
  readonly policy: SecurityPolicy;
  /** Rises with every change of the unicast encryption key, and only then: each generation has its own counters. */
  readonly generation: number;
  /** The same for the broadcast encryption key. */
  readonly broadcastGeneration: number;
  /** A change that was promised to a client and is not finished: these keys wait in their `next` slot. */
  readonly pending?: readonly ChangeablePurpose[];
}

/** Where the state is kept; a promise settles when it is durable. */
export interface SecurityStatePort {
  load(): SecurityState | undefined;
  save(state: SecurityState): void | Promise<void>;
}

/** How a device is secured. */
export interface DeviceSecurityOptions {
  readonly suite: SecuritySuite;
  /** Eight octets; the keys are those of this title. */
  readonly systemTitle: Uint8Array;
  readonly keys: KeyPort;
  readonly counters: CounterPort;
  /** The policy of a new device. Default: nothing is asked for. */
  readonly policy?: SecurityPolicy;
  /** Without it a restart forgets policy and generation: for devices that live no longer than the process. */
  readonly state?: SecurityStatePort;
  /** False where there is no authentication key. */
  readonly authenticationKey?: boolean;
  /** Accepts messages under the broadcast key. */
  readonly broadcast?: boolean;
  /** The public keys of clients, from certificates that were checked; {@link CertificateStore} is one source. */
  readonly peerKey?: (clientTitle: Uint8Array, use: 'signing' | 'agreement') => Uint8Array | undefined;
  readonly certificates?: CertificateStore;
  readonly acceptFresh?: (claim: FreshnessClaim) => boolean | Promise<boolean>;
  /** How responses in general-ciphering are keyed. Default: by the identified unicast key. */
  readonly generalPlan?: (clientTitle: Uint8Array) => KeyPlan;
  readonly algorithmId?: Uint8Array;
}

/** The security of one logical device. */
export class DeviceSecurity {
  readonly options: DeviceSecurityOptions;
  /** The system title in hexadecimal, as keys are named. */
  readonly owner: string;
  #state: SecurityState;
  #busy: Promise<void> = Promise.resolve();
  readonly #listeners = new Set<(caller: Caller) => void>();

  /** Finishes a change of keys that a crash interrupted. Throws `security/system-title`. */
  constructor(options: DeviceSecurityOptions) {
    this.options = options;
    this.owner = toHex(checkSystemTitle(options.systemTitle));
    this.#state = options.state?.load() ?? {
      policy: options.policy ?? openPolicy,
      generation: 0,
      broadcastGeneration: 0,
    };
    if (this.#state.pending !== undefined) this.#busy = this.#finish(this.#state.pending);
    // Whoever waits in settled() gets the error; nobody need be waiting yet.
    this.#busy.catch(() => {});
  }

  get policy(): SecurityPolicy {
    return this.#state.policy;
  }

  get generation(): number {
    return this.#state.generation;
  }

  /** Calls back when keys or policy have changed; the logical devices end associations then. */
  onChange(listener: (caller: Caller) => void): void {
    this.#listeners.add(listener);
  }

  /** Tells that `caller` has changed keys or policy. */
  announce(caller: Caller): void {
    for (const listener of this.#listeners) listener(caller);
  }

  /** Settles when no change of keys is half done: await it before keys are resolved. */
  async settled(): Promise<void> {
    await this.#busy;
  }

  /** What an association with this client is protected by. */
  settingsFor(clientTitle: Uint8Array, maxApduSize: number): SecuritySettings {
    const { options, owner } = this;
    const { suite, keys, counters, systemTitle, peerKey, acceptFresh } = options;
    const signing: KeyName<'signing'> = { owner, purpose: 'signing' };
    const peerSigning = peerKey?.(clientTitle, 'signing');
    const peerAgreement = peerKey?.(clientTitle, 'agreement');
    const identified: KeyPlan = { choice: 'identified', key: { owner, purpose: 'unicast-encryption' } };
    return {
      suite,
      keys,
      counters,
      keyOwner: owner,
      generation: this.generation,
      broadcastGeneration: this.#state.broadcastGeneration,
      authenticationKey: options.authenticationKey ?? true,
      ownTitle: systemTitle,
      peerTitle: clientTitle,
      broadcast: options.broadcast === true,
      signing: {
        ...(keys.has(signing) ? { own: signing } : {}),
        ...(peerSigning === undefined ? {} : { peerKey: peerSigning }),
      },
      general: {
        plan: options.generalPlan?.(clientTitle) ?? identified,
        originator: {
          ...(peerAgreement === undefined ? {} : { agreementKey: peerAgreement }),
          ...(peerSigning === undefined ? {} : { signingKey: peerSigning }),
        },
        ...(options.algorithmId === undefined ? {} : { algorithmId: options.algorithmId }),
      },
      ...(acceptFresh === undefined ? {} : { acceptFresh }),
      maxApduSize,
    };
  }

  /** Replaces the policy. The state is durable when the promise settles. */
  async setPolicy(policy: SecurityPolicy): Promise<void> {
    await this.#save({ ...this.#state, policy });
  }

  /**
   * Promises a change of staged keys: from here on the change is finished after a crash too. Call {@link commitKeys}
   * once the client has its answer.
   */
  async promiseKeys(purposes: readonly ChangeablePurpose[]): Promise<void> {
    await this.#save({ ...this.#state, pending: purposes });
  }

  /** Makes the promised keys current. */
  commitKeys(): Promise<void> {
    const { pending } = this.#state;
    if (pending === undefined) return Promise.resolve();
    this.#busy = this.#busy.catch(() => {}).then(() => this.#finish(pending));
    this.#busy.catch(() => {});
    return this.#busy;
  }

  async #finish(purposes: readonly ChangeablePurpose[]): Promise<void> {
    const { keys } = this.options;
    const names = purposes.map((purpose) => ({ owner: this.owner, purpose }));
    // Activation is all or none: if the staged keys are gone, it was done before the crash.
    if (names.some((name) => keys.has({ ...name, slot: 'next' }))) keys.activate(names);
    const { policy, generation, broadcastGeneration } = this.#state;
    const raised = (purpose: ChangeablePurpose): number => (purposes.includes(purpose) ? 1 : 0);
    await this.#save({
      policy,
      generation: generation + raised('unicast-encryption'),
      broadcastGeneration: broadcastGeneration + raised('broadcast-encryption'),
    });
  }

  async #save(state: SecurityState): Promise<void> {
    await this.options.state?.save(state);
    this.#state = state;
  }
}
