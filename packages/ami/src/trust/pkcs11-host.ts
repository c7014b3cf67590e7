/**
 * Main of the process that holds the PKCS#11 module. The module is foreign native code that may crash or hang; here it
 * takes nobody with it. Everything it needs comes over the channel from its parent, and it ends when that closes.
 */
import { createRequire } from 'node:module';
import type { KeyPurpose } from './key-port.ts';
import { type Pkcs11, Pkcs11Session } from './pkcs11-session.ts';

/** What the parent sends first. */
export interface HostStart {
  readonly type: 'start';
  /** Name or path of the package pkcs11js. */
  readonly addon: string;
  readonly library: string;
  readonly token: string;
  readonly pin: string;
}

export interface HostCall {
  readonly type: 'call';
  readonly id: number;
  readonly method: 'list' | 'describe' | 'generate' | 'sign' | 'wrap' | 'unwrap' | 'derive' | 'destroy';
  readonly name: string;
  readonly argument: Uint8Array | string | undefined;
}

export type HostAnswer =
  | { readonly type: 'ready' }
  | { readonly type: 'failed'; readonly reason: string }
  | { readonly type: 'result'; readonly id: number; readonly result: unknown }
  | {
      readonly type: 'error';
      readonly id: number;
      readonly code: string | undefined;
      readonly reason: string;
    };

let session: Pkcs11Session | undefined;

function begin({ addon, library, token, pin }: HostStart): HostAnswer {
  try {
    const { PKCS11 } = createRequire(import.meta.url)(addon) as { PKCS11: new () => Pkcs11 };
    session = new Pkcs11Session(new PKCS11(), library, token, pin);
    return { type: 'ready' };
  } catch (error) {
    return { type: 'failed', reason: (error as Error).message };
  }
}

function run(call: HostCall): HostAnswer {
  try {
    if (!session) throw new Error('the module was not started');
    return { type: 'result', id: call.id, result: perform(session, call) };
  } catch (error) {
    const { code, message } = error as { code?: unknown; message: string };
    return { type: 'error', id: call.id, code: typeof code === 'string' ? code : undefined, reason: message };
  }
}

function perform(open: Pkcs11Session, { method, name, argument }: HostCall): unknown {
  if (method === 'list') return open.list();
  if (method === 'describe') return open.describe(name);
  if (method === 'generate') return open.generate(name, argument as KeyPurpose);
  if (method === 'derive') return open.derive(name, argument as string);
  if (method === 'destroy') return open.destroy(name);
  return open[method](name, argument as Uint8Array);
}

process.on('message', (message: HostStart | HostCall) => {
  process.send?.(message.type === 'start' ? begin(message) : run(message));
});
