/**
 * Image transfer (IEC 62056-6-2, Image transfer, class 18): enable, initiate, blocks, verify, activate. It can be
 * called again after it broke off: what the server has already is not sent a second time.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { imageTransferStatus } from '../classes/typed/control.ts';
import { imageBlock, imageInitiate, imageToActivateInfo } from '../classes/typed/references.ts';
import { type Data, data } from '../data/types.ts';
import type { ObisLike } from '../obis/obis.ts';
import { raiseSession } from '../session/errors.ts';
import type { CosemClient } from './client.ts';
import { accessFailureOf, raiseClient } from './failures.ts';
import type { RequestOptions } from './options.ts';

const imageClass = 18;
const attributes = {
  blockSize: 2,
  transferred: 3,
  firstNotTransferred: 4,
  enabled: 5,
  status: 6,
  toActivate: 7,
} as const;
const methods = { initiate: 1, block: 2, verify: 3, activate: 4 } as const;

/** Bounds of a transfer. */
export const imageDefaults = {
  /** How often it is asked whether verification or activation has come to an end. */
  maxPolls: 120,
  /** Milliseconds between two such questions: a meter checks a signature for seconds. */
  pollIntervalMs: 1000,
  /** How often a block that the server would not take at the moment is offered again. */
  blockRetries: 5,
  /** Blocks of one image. */
  maxBlocks: 0x10_0000,
} as const;

/** How far a transfer is. */
export interface ImageProgress {
  readonly step: 'initiate' | 'blocks' | 'verify' | 'activate';
  readonly blocksDone: number;
  readonly blocksTotal: number;
}

/** What is transferred, and how. */
export interface ImageOptions extends Omit<RequestOptions, 'signal'> {
  readonly obis?: ObisLike;
  readonly identifier: Uint8Array;
  readonly image: Uint8Array;
  /** Activates the image after it was verified. False by default: the server may be made to activate at a time. */
  readonly activate?: boolean;
  /** Goes on where an earlier transfer of the same image broke off. True by default. */
  readonly resume?: boolean;
  readonly maxPolls?: number;
  readonly pollIntervalMs?: number;
  readonly blockRetries?: number;
  readonly onProgress?: (progress: ImageProgress) => void;
  readonly signal?: AbortSignal;
}

/** What came of it. */
export interface ImageResult {
  /** The state that the server gives in the end. */
  readonly status: ReturnType<typeof imageTransferStatus.decode>;
  readonly blocksSent: number;
  readonly blocksTotal: number;
}

/**
 * Transfers an image, verifies it and, where asked, activates it (IEC 62056-6-2, Image transfer).
 * Throws `client/image`, `client/access`, `session/aborted` and those of the exchange; calling it again resumes.
 */
export async function transferImage(client: CosemClient, options: ImageOptions): Promise<ImageResult> {
  return new ImageTransfer(client, options).run();
}

class ImageTransfer {
  readonly #client: CosemClient;
  readonly #options: ImageOptions;
  readonly #obis: ObisLike;
  #total = 0;
  #sent = 0;

  constructor(client: CosemClient, options: ImageOptions) {
    this.#client = client;
    this.#options = options;
    this.#obis = options.obis ?? '0.0.44.0.0.255';
  }

  async run(): Promise<ImageResult> {
    const enabled = await this.#read(attributes.enabled);
    if (enabled.type === 'boolean' && !enabled.value) {
      await this.#client.write(
        imageClass,
        this.#obis,
        attributes.enabled,
        data('boolean', true),
        this.#options,
      );
    }
    const blockSize = numberOf(await this.#read(attributes.blockSize));
    if (blockSize < 1) throw raiseClient('image', `blocks of ${blockSize} octets`);
    this.#total = Math.ceil(this.#options.image.length / blockSize);
    if (this.#total > imageDefaults.maxBlocks) throw raiseClient('image', `${this.#total} blocks`);
    let first = await this.#resumeAt();
    if (first === undefined) {
      this.#report('initiate', 0);
      const { identifier, image } = this.#options;
      await this.#invoke(methods.initiate, imageInitiate.encode({ identifier, size: image.length }));
      first = 0;
    }
    await this.#sendBlocks(first, blockSize);
    await this.#finish(methods.verify, 'verify', ['verification_successful', 'activation_successful']);
    await this.#checkIdentity();
    if (this.#options.activate === true) {
      await this.#finish(methods.activate, 'activate', ['activation_successful', 'activation_initiated']);
    }
    return { status: await this.#status(), blocksSent: this.#sent, blocksTotal: this.#total };
  }

  /** The first block to send where the server is in the middle of this image, else undefined. */
  async #resumeAt(): Promise<number | undefined> {
    if (this.#options.resume === false) return undefined;
    const status = await this.#status();
    if (status !== 'initiated') return undefined;
    // The state tells neither size nor identifier before verification: the block map is the only sign that it is ours.
    const map = await this.#read(attributes.transferred);
    if (map.type !== 'bit-string' || map.value.length !== this.#total) return undefined;
    return numberOf(await this.#read(attributes.firstNotTransferred));
  }

  /** Sends from a block on; what the server says it misses after that is sent again, once. */
  async #sendBlocks(from: number, blockSize: number): Promise<void> {
    let first = from;
    for (let round = 0; round < 2; round++) {
      for (let number = first; number < this.#total; number++) {
        this.#checkAborted();
        await this.#sendBlock(number, blockSize);
        this.#report('blocks', number + 1);
      }
      first = numberOf(await this.#read(attributes.firstNotTransferred));
      if (first >= this.#total) return;
    }
    throw raiseClient('image', `block ${first} is still missing`);
  }

  async #sendBlock(number: number, blockSize: number): Promise<void> {
    const { image, blockRetries = imageDefaults.blockRetries } = this.#options;
    const value = image.subarray(number * blockSize, (number + 1) * blockSize);
    const parameter = imageBlock.encode({ number, value });
    for (let attempt = 0; ; attempt++) {
      try {
        await this.#invoke(methods.block, parameter);
        this.#sent += 1;
        return;
      } catch (error) {
        if (!isTemporary(error) || attempt >= blockRetries) throw error;
        await this.#pause();
      }
    }
  }

  /**
   * Verifies or activates. A server that needs time answers "temporary-failure" and is asked again, first about its
   * state, so that nothing is begun twice (IEC 62056-6-2, Image transfer, image_verify and image_activate).
   */
  async #finish(method: number, step: 'verify' | 'activate', good: readonly string[]): Promise<void> {
    const { maxPolls = imageDefaults.maxPolls } = this.#options;
    this.#report(step, this.#total);
    try {
      await this.#invoke(method, data('integer', 0));
      return;
    } catch (error) {
      if (!isTemporary(error)) throw error;
    }
    for (let poll = 0; poll < maxPolls; poll++) {
      await this.#pause();
      const status = await this.#status();
      if (good.includes(status)) return;
      if (status.endsWith('failed')) throw raiseClient('image', status);
    }
    throw raiseClient('image', `${step} has come to no end after ${maxPolls} questions`);
  }

  /** After verification the server tells which image it has; another one must not be activated. */
  async #checkIdentity(): Promise<void> {
    const info = imageToActivateInfo.decode(
      await this.#read(attributes.toActivate),
      'image_to_activate_info',
    );
    const { identifier, image } = this.#options;
    const ours = info.some(
      (one) => one.size === image.length && Buffer.compare(one.identification, identifier) === 0,
    );
    if (info.length > 0 && !ours) throw raiseClient('image', 'the server has verified another image');
  }

  #checkAborted(): void {
    const { signal } = this.#options;
    if (signal?.aborted === true) throw raiseSession('aborted', undefined, { cause: signal.reason });
  }

  async #pause(): Promise<void> {
    const { pollIntervalMs = imageDefaults.pollIntervalMs, signal } = this.#options;
    try {
      await sleep(pollIntervalMs, undefined, signal === undefined ? {} : { signal });
    } catch (cause) {
      throw raiseSession('aborted', undefined, { cause });
    }
  }

  #report(step: ImageProgress['step'], blocksDone: number): void {
    this.#options.onProgress?.({ step, blocksDone, blocksTotal: this.#total });
  }

  #read(attribute: number): Promise<Data> {
    return this.#client.read(imageClass, this.#obis, attribute, undefined, this.#options);
  }

  async #status(): Promise<ImageResult['status']> {
    return imageTransferStatus.decode(await this.#read(attributes.status), 'image_transfer_status');
  }

  #invoke(method: number, parameter: Data): Promise<Data | undefined> {
    return this.#client.invoke(imageClass, this.#obis, method, parameter, this.#options);
  }
}

function isTemporary(error: unknown): boolean {
  return accessFailureOf(error)?.result === 'temporary-failure';
}

function numberOf(value: Data): number {
  if (value.type === 'double-long-unsigned' || value.type === 'long-unsigned') return value.value;
  throw raiseClient('answer', `${value.type} instead of a number`);
}
