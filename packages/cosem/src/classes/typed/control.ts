/** Structures of monitors, limiters and disconnectors. IEC 62056-6-2. */
import type { CosemDateTime } from '../../data/types.ts';
import { type Codec, dateTime, doubleLongUnsigned, enumeration, longUnsigned, record } from './codec.ts';
import { type ScriptReference, scriptReference } from './references.ts';

/** action_set (Register monitor): scripts for crossing a threshold upwards and downwards. */
export interface MonitorActions {
  readonly up: ScriptReference;
  readonly down: ScriptReference;
}

export const monitorActions: Codec<MonitorActions> = record<MonitorActions>('action_set', {
  up: ['action_up', scriptReference],
  down: ['action_down', scriptReference],
});

/** action (Limiter): scripts for going over and coming back under the threshold. */
export interface LimiterActions {
  readonly over: ScriptReference;
  readonly under: ScriptReference;
}

export const limiterActions: Codec<LimiterActions> = record<LimiterActions>('action', {
  over: ['action_over_threshold', scriptReference],
  under: ['action_under_threshold', scriptReference],
});

/** emergency_profile (Limiter). */
export interface EmergencyProfile {
  readonly id: number;
  readonly activation: CosemDateTime;
  readonly durationSeconds: number;
}

export const emergencyProfile: Codec<EmergencyProfile> = record<EmergencyProfile>('emergency_profile', {
  id: ['emergency_profile_id', longUnsigned],
  activation: ['emergency_activation_time', dateTime],
  durationSeconds: ['emergency_duration', doubleLongUnsigned],
});

/** control_state (Disconnect control). */
export const controlState = enumeration({ 0: 'disconnected', 1: 'connected', 2: 'ready_for_reconnection' });

/** control_mode (Disconnect control): which of remote, local and manual transitions are allowed. */
export const controlMode = enumeration({
  0: 'none',
  1: 'mode_1',
  2: 'mode_2',
  3: 'mode_3',
  4: 'mode_4',
  5: 'mode_5',
  6: 'mode_6',
});

/** image_transfer_status (Image transfer). */
export const imageTransferStatus = enumeration({
  0: 'not_initiated',
  1: 'initiated',
  2: 'verification_initiated',
  3: 'verification_successful',
  4: 'verification_failed',
  5: 'activation_initiated',
  6: 'activation_successful',
  7: 'activation_failed',
});
