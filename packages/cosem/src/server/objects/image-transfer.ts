/**
 * Image transfer (IEC 62056-6-2, class 18) with a block map that survives restarts: where the octets go, how an image is
 * verified and what activating it means is behind a port.
 */
import { copyOctets } from '../../base/bytes.ts';
import { classes } from '../../classes/catalogue.ts';
import { imageBlock, imageInitiate, imageToActivateInfo } from '../../classes/typed/references.ts';
import { type Data, data } from '../../data/types.ts';
import type { ObisLike } from '../../obis/obis.ts';
import { raiseServer } from '../errors.ts';
import { type CosemObject, defineObject } from '../object.ts';

/** image_transfer_status by name (IEC 62056-6-2, class 18). */
export const imageStatus = {
  notInitiated: 0,
  initiated: 1,
  verificationInitiated: 2,
  verificationSuccessful: 3,
  verificationFailed: 4,
  activationInitiated: 5,
  activationSuccessful: 6,
  activationFailed: 7,
} as const;
export type ImageStatus = keyof typeof imageStatus;

/** What has to survive a restart. */
export interface ImageState {
  readonly enabled: boolean;
  readonly status: ImageStatus;
  readonly identifier: Uint8Array;
  /** In octets. */
  readonly size: number;
  /** A bit for each block, first block first, as text of 0 and 1. */
  readonly blocks: string;
  /** What verification found: undefined until then. */
  readonly signature: Uint8Array | undefined;
}

/** Where an image goes. */
export interface ImagePort {
  load(): ImageState | undefined;
  /** Settles when the state is durable. */
  save(state: ImageState): void | Promise<void>;
  /** Makes room for a new image; what was there is lost. */
  begin(identifier: Uint8Array, size: number): void | Promise<void>;
  write(offset: number, octets: Uint8Array): void | Promise<void>;
  /**
   * Whether the whole image is sound and from whom it should be; what image_to_activate_signature then shows. Throws
   * where it is not. It may take its time.
   */
  verify(identifier: Uint8Array, size: number): Uint8Array | Promise<Uint8Array>;
  /** Takes the image into use. Throws where it cannot. It may take its time. */
  activate(identifier: Uint8Array): void | Promise<void>;
}

/** How image transfer is declared. */
export interface ImageTransferOptions {
  readonly port: ImagePort;
  /** Octets; with the ciphering around it a block has to fit the PDU or be sent in blocks itself. */
  readonly blockSize: number;
  readonly maxImageSize: number;
  readonly obis?: ObisLike;
  /** Milliseconds that verify and activate may take before the client is told to ask again. */
  readonly patienceMs?: number;
}

/** Blocks of one image at most. */
export const maxImageBlocks = 0x10_0000;
const defaultPatienceMs = 500;

const fresh: ImageState = {
  enabled: false,
  status: 'notInitiated',
  identifier: new Uint8Array(0),
  size: 0,
  blocks: '',
  signature: undefined,
};

/** Makes the image transfer object. Throws `server/declaration` where blocks and image do not go together. */
export function imageTransferObject(options: ImageTransferOptions): CosemObject {
  const { blockSize, maxImageSize } = options;
  if (blockSize < 1 || maxImageSize < 1 || maxImageSize / blockSize > maxImageBlocks)
    throw raiseServer('declaration', `an image of ${maxImageSize} octets in blocks of ${blockSize}`);
  const image = new ImageTransfer(options);
  return defineObject(classes.imageTransfer, {
    obis: options.obis ?? '0.0.44.0.0.255',
    attributes: {
      imageBlockSize: data('double-long-unsigned', blockSize),
      imageTransferredBlocksStatus: { get: () => data('bit-string', image.state.blocks) },
      imageFirstNotTransferredBlockNumber: { get: () => data('double-long-unsigned', image.firstMissing) },
      imageTransferEnabled: {
        get: () => data('boolean', image.state.enabled),
        set: (value) => image.enable(value.value === true),
      },
      imageTransferStatus: { get: () => data('enum', imageStatus[image.state.status]) },
      imageToActivateInfo: { get: () => image.toActivate() },
    },
    methods: {
      imageTransferInitiate: (parameter) => image.initiate(parameter),
      imageBlockTransfer: (parameter) => image.block(parameter),
      imageVerify: () => image.verify(),
      imageActivate: () => image.activate(),
    },
  });
}

class ImageTransfer {
  readonly #options: ImageTransferOptions;
  state: ImageState;
  /** A verification or activation that is still going on. */
  #running: Promise<void> | undefined;

  constructor(options: ImageTransferOptions) {
    this.#options = options;
    const state = options.port.load() ?? fresh;
    // What was going on when the device stopped did not come to an end.
    const { status } = state;
    if (status === 'verificationInitiated') this.state = { ...state, status: 'verificationFailed' };
    else if (status === 'activationInitiated') this.state = { ...state, status: 'activationFailed' };
    else this.state = state;
  }

  get firstMissing(): number {
    const { blocks } = this.state;
    const missing = blocks.indexOf('0');
    return missing < 0 ? blocks.length : missing;
  }

  async enable(enabled: boolean): Promise<void> {
    await this.#save({ ...this.state, enabled });
  }

  /** An initiate that repeats the transfer in progress keeps what has arrived. */
  async initiate(parameter: Data): Promise<void> {
    const { port, blockSize, maxImageSize } = this.#options;
    const { identifier, size } = imageInitiate.decode(parameter);
    this.#needs(this.state.enabled && this.#running === undefined, 'image transfer is not enabled, or busy');
    if (size < 1 || size > maxImageSize) throw raiseServer('type-unmatched', `an image of ${size} octets`);
    const { status, identifier: before, size: sizeBefore } = this.state;
    const same = sizeBefore === size && Buffer.compare(before, identifier) === 0;
    if (status === 'initiated' && same) return;
    const own = copyOctets(identifier);
    await port.begin(own, size);
    const blocks = '0'.repeat(Math.ceil(size / blockSize));
    await this.#save({
      enabled: true,
      status: 'initiated',
      identifier: own,
      size,
      blocks,
      signature: undefined,
    });
  }

  async block(parameter: Data): Promise<void> {
    const { port, blockSize } = this.#options;
    const { number, value } = imageBlock.decode(parameter);
    const { enabled, status, blocks, size } = this.state;
    this.#needs(enabled && status === 'initiated', 'no transfer was initiated');
    const expected = number === blocks.length - 1 ? size - number * blockSize : blockSize;
    if (number >= blocks.length || value.length !== expected)
      throw raiseServer('type-unmatched', `block ${number} of ${value.length} octets`);
    // The octets first: a map that promised more than there is would never be repaired.
    await port.write(number * blockSize, value);
    await this.#save({ ...this.state, blocks: `${blocks.slice(0, number)}1${blocks.slice(number + 1)}` });
  }

  async verify(): Promise<void> {
    const { status } = this.state;
    if (status === 'verificationSuccessful') return;
    if (this.#running === undefined) {
      this.#needs(this.state.enabled && status === 'initiated', 'nothing to verify');
      this.#needs(this.firstMissing === this.state.blocks.length, 'blocks are missing');
      await this.#save({ ...this.state, status: 'verificationInitiated' });
      this.#run(async () => {
        const { identifier, size } = this.state;
        const signature = await this.#options.port.verify(identifier, size);
        await this.#save({ ...this.state, status: 'verificationSuccessful', signature });
      }, 'verificationFailed');
    }
    await this.#wait('verificationSuccessful');
  }

  async activate(): Promise<void> {
    const { status, enabled } = this.state;
    if (status === 'activationSuccessful') return;
    if (this.#running === undefined) {
      this.#needs(enabled && status === 'verificationSuccessful', 'nothing to activate');
      await this.#save({ ...this.state, status: 'activationInitiated' });
      this.#run(async () => {
        await this.#options.port.activate(this.state.identifier);
        await this.#save({ ...this.state, status: 'activationSuccessful', enabled: false });
      }, 'activationFailed');
    }
    await this.#wait('activationSuccessful');
  }

  toActivate(): Data {
    const { status, size, identifier, signature } = this.state;
    const verified = status === 'verificationSuccessful' && signature !== undefined;
    return imageToActivateInfo.encode(verified ? [{ size, identification: identifier, signature }] : []);
  }

  #run(task: () => Promise<void>, failed: ImageStatus): void {
    this.#running = task()
      .catch(() => this.#save({ ...this.state, status: failed }))
      .catch(() => {
        // The state could not be kept; in memory at least it is not a success.
        this.state = { ...this.state, status: failed };
      })
      .finally(() => {
        this.#running = undefined;
      });
  }

  /** Waits for what is going on, but not longer than a client should: it asks again then. */
  async #wait(good: ImageStatus): Promise<void> {
    const { patienceMs = defaultPatienceMs } = this.#options;
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<'later'>((resolve) => {
      timer = setTimeout(() => resolve('later'), patienceMs);
      timer.unref();
    });
    const outcome = await Promise.race([this.#running ?? Promise.resolve(), patience]);
    clearTimeout(timer);
    if (outcome === 'later') throw raiseServer('temporary-failure', 'it is still going on');
    if (this.state.status !== good) throw raiseServer('other-reason', this.state.status);
  }

  #needs(condition: boolean, detail: string): void {
    if (!condition) throw raiseServer('object-unavailable', detail);
  }

  async #save(state: ImageState): Promise<void> {
    await this.#options.port.save(state);
    this.state = state;
  }
}

/** An image in memory. `check` and `apply` are what verifying and activating mean. */
export class MemoryImage implements ImagePort {
  #state: ImageState | undefined;
  #octets = new Uint8Array(0);
  readonly #check: (image: Uint8Array) => Uint8Array | Promise<Uint8Array>;
  readonly #apply: (image: Uint8Array) => void | Promise<void>;

  constructor(
    check: (image: Uint8Array) => Uint8Array | Promise<Uint8Array>,
    apply: (image: Uint8Array) => void | Promise<void>,
  ) {
    this.#check = check;
    this.#apply = apply;
  }

  load(): ImageState | undefined {
    return this.#state;
  }

  save(state: ImageState): void {
    this.#state = state;
  }

  begin(_identifier: Uint8Array, size: number): void {
    this.#octets = new Uint8Array(size);
  }

  write(offset: number, octets: Uint8Array): void {
    this.#octets.set(octets, offset);
  }

  verify(): Uint8Array | Promise<Uint8Array> {
    return this.#check(this.#octets);
  }

  activate(): void | Promise<void> {
    return this.#apply(this.#octets);
  }
}
