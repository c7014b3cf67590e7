/**
 * Bodies at rest in outbox and inbox. Those whose label asks for it are encrypted (2.8.9); all are authenticated, so
 * that whoever can write to the database alone cannot have a component sign what it never said. AES-256-GCM under a
 * key of the day, which the key port derives.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Label } from '@wattward/profile';
import type { KeyPort } from '../trust/key-port.ts';
import { raiseLines } from './errors.ts';

const tagOctets = 16;
const nonceOctets = 12;
const dayMs = 86_400_000;
/** mode, day, nonce */
const headOctets = 1 + 4 + nonceOctets;
const modeOpen = 0;
const modeSealed = 1;
/** Keys of as many days are held at once; messages older than that are rare and have theirs derived again. */
const maxKeys = 64;

/** Whether a label asks for secrecy at rest (2.8.9). */
export function asksForSecrecy(label: Label): boolean {
  return label === 'confidential' || label === 'restricted';
}

export class BodySeal {
  readonly #keys: Pick<KeyPort, 'derive'>;
  readonly #keyName: string;
  readonly #days = new Map<number, Uint8Array>();

  constructor(keys: Pick<KeyPort, 'derive'>, keyName: string) {
    this.#keys = keys;
    this.#keyName = keyName;
  }

  /** Prepares the key of a day, so that sealing itself need not wait. */
  async prepare(atMs: number): Promise<number> {
    const day = Math.floor(atMs / dayMs);
    await this.#keyOf(day);
    return day;
  }

  async #keyOf(day: number): Promise<Uint8Array> {
    const known = this.#days.get(day);
    if (known !== undefined) return known;
    const key = await this.#keys.derive(this.#keyName, `line bodies at rest, day ${day}`);
    if (this.#days.size >= maxKeys) this.#days.delete(this.#days.keys().next().value!);
    this.#days.set(day, key);
    return key;
  }

  /** Seals a body under a prepared day; `context` says where it belongs and is authenticated with it. */
  seal(body: Uint8Array, label: Label, context: string, day: number): Buffer {
    const sealed = asksForSecrecy(label);
    const head = Buffer.alloc(headOctets);
    head[0] = sealed ? modeSealed : modeOpen;
    head.writeUInt32BE(day, 1);
    randomBytes(nonceOctets).copy(head, 5);
    const cipher = createCipheriv('aes-256-gcm', this.#days.get(day)!, head.subarray(5), {
      authTagLength: tagOctets,
    });
    cipher.setAAD(Buffer.concat([head, Buffer.from(context, 'utf8'), ...(sealed ? [] : [body])]));
    const content = sealed ? cipher.update(body) : body;
    cipher.final();
    return Buffer.concat([head, cipher.getAuthTag(), content]);
  }

  /** Opens what `seal` made. Errors: `lines/at-rest`. */
  async open(stored: Uint8Array, context: string): Promise<Buffer> {
    const octets = Buffer.from(stored.buffer, stored.byteOffset, stored.length);
    const mode = octets[0];
    if (octets.length < headOctets + tagOctets || (mode !== modeOpen && mode !== modeSealed))
      throw raiseLines('at-rest');
    const head = octets.subarray(0, headOctets);
    const content = octets.subarray(headOctets + tagOctets);
    const key = await this.#keyOf(head.readUInt32BE(1));
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, head.subarray(5), { authTagLength: tagOctets });
      const extra = mode === modeSealed ? [] : [content];
      decipher.setAAD(Buffer.concat([head, Buffer.from(context, 'utf8'), ...extra]));
      decipher.setAuthTag(octets.subarray(headOctets, headOctets + tagOctets));
      const opened = mode === modeSealed ? decipher.update(content) : content;
      decipher.final();
      return opened;
    } catch {
      throw raiseLines('at-rest');
    }
  }
}
