/** What the server tells its owner, exactly; clients are told next to nothing. */
import type { MechanismName } from '../apdu/names.ts';
import type { CosemError } from '../base/errors.ts';
import type { Saps } from '../link/channel.ts';

/** One line of the audit. */
export type ServerEvent =
  | { readonly type: 'associated'; readonly who: AuditedClient; readonly mechanism: MechanismName }
  /** `error` is absent where the client released in good order. */
  | { readonly type: 'ended'; readonly who: AuditedClient; readonly error?: CosemError }
  /** Something was refused, with the reason that the client was not told. */
  | { readonly type: 'refused'; readonly who: AuditedClient; readonly what: string; readonly error: unknown }
  | {
      readonly type: 'served';
      readonly who: AuditedClient;
      readonly service: 'get' | 'set' | 'action';
      readonly classId: number;
      readonly logicalName: string;
      readonly index: number;
    };

/** Whom an event is about. */
export interface AuditedClient {
  readonly saps: Saps;
  /** As the client gave it; proven only once it is associated under ciphering or HLS. */
  readonly clientTitle: Uint8Array | undefined;
  /** What the link says of the peer, for example its address; never trusted. */
  readonly remote: string;
}

/** Takes events. It must not throw; what it throws is dropped. */
export type Audit = (event: ServerEvent) => void;

/** Calls an audit so that it cannot disturb the service. */
export function tell(audit: Audit | undefined, event: ServerEvent): void {
  try {
    audit?.(event);
  } catch {
    // An audit that fails is its owner's to notice; the meter goes on measuring.
  }
}
