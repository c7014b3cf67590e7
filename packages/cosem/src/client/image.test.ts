import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ScriptedServer } from '../../test/scripted-server.ts';
import type { ActionResult } from '../apdu/names.ts';
import type { PlainApdu } from '../apdu/types.ts';
import { imageBlock, imageInitiate, imageToActivateInfo } from '../classes/typed/references.ts';
import { type Data, data } from '../data/types.ts';
import { connect } from './client.ts';
import { type ImageOptions, transferImage } from './image.ts';

const identifier = new TextEncoder().encode('firmware 2');
const image = Uint8Array.from({ length: 1000 }, (_, i) => i & 0xff);

/** An image transfer object with blocks of 64 octets. */
class ImageDevice {
  enabled = false;
  status = 0;
  blocks: (Uint8Array | undefined)[] = [];
  initiated = 0;
  received = 0;
  identifier: Uint8Array = new Uint8Array(0);
  size = 0;
  /** Answers "temporary-failure" so often before verification has an end. */
  slow = 0;
  failAt: number | undefined;

  answer = (request: PlainApdu): PlainApdu | undefined => {
    if (request.type === 'get-request' && request.choice === 'normal') {
      const value = this.#get(request.descriptor.attribute);
      const result = { choice: 'data', data: value } as const;
      return { type: 'get-response', choice: 'normal', invoke: request.invoke, result };
    }
    if (request.type === 'set-request') {
      this.enabled = true;
      return { type: 'set-response', choice: 'normal', invoke: request.invoke, result: 'success' };
    }
    if (request.type === 'action-request' && request.choice === 'normal') {
      const result = this.#invoke(request.descriptor.method, request.parameters!);
      if (result === undefined) return undefined;
      return { type: 'action-response', choice: 'normal', invoke: request.invoke, reply: { result } };
    }
    return undefined;
  };

  #get(attribute: number): Data {
    const missing = this.blocks.indexOf(undefined);
    switch (attribute) {
      case 2:
        return data('double-long-unsigned', 64);
      case 3:
        return data(
          'bit-string',
          Array.from(this.blocks, (block) => (block === undefined ? '0' : '1')).join(''),
        );
      case 4:
        return data('double-long-unsigned', missing < 0 ? this.blocks.length : missing);
      case 5:
        return data('boolean', this.enabled);
      case 6: {
        if (this.status === 2) {
          this.slow -= 1;
          if (this.slow <= 0) this.status = 3;
        }
        return data('enum', this.status);
      }
      default:
        return imageToActivateInfo.encode([
          { size: this.size, identification: this.identifier, signature: new Uint8Array(0) },
        ]);
    }
  }

  #invoke(method: number, parameter: Data): ActionResult | undefined {
    if (method === 1) {
      const { identifier: given, size } = imageInitiate.decode(parameter);
      [this.identifier, this.size, this.status] = [given.slice(), size, 1];
      this.blocks = new Array(Math.ceil(size / 64)).fill(undefined);
      this.initiated += 1;
      return 'success';
    }
    if (method === 2) {
      const { number, value } = imageBlock.decode(parameter);
      if (number === this.failAt) {
        this.failAt = undefined;
        return undefined;
      }
      this.blocks[number] = value.slice();
      this.received += 1;
      return 'success';
    }
    if (method === 3) {
      this.status = this.slow > 0 ? 2 : 3;
      return this.slow > 0 ? 'temporary-failure' : 'success';
    }
    this.status = 6;
    return 'success';
  }
}

async function transfer(device: ImageDevice, options: Partial<ImageOptions> = {}) {
  const server = new ScriptedServer({ answer: device.answer });
  const client = await connect({ transport: server.transport, responseTimeoutMs: 30, readRetries: 0 });
  try {
    return await transferImage(client, { identifier, image, pollIntervalMs: 1, ...options });
  } finally {
    await client.close();
  }
}

test('an image is enabled, transferred, verified with patience, and activated', async () => {
  const device = new ImageDevice();
  device.slow = 3;
  const steps: string[] = [];
  const result = await transfer(device, {
    activate: true,
    onProgress: ({ step, blocksDone }) => steps.push(`${step} ${blocksDone}`),
  });
  assert.deepEqual(result, { status: 'activation_successful', blocksSent: 16, blocksTotal: 16 });
  assert.deepEqual(Buffer.concat(device.blocks as Uint8Array[]), Buffer.from(image));
  assert.deepEqual([steps[0], steps[1], steps.at(-1)], ['initiate 0', 'blocks 1', 'activate 16']);
});

test('a transfer that broke off goes on where it was, and not for another image', async () => {
  const device = new ImageDevice();
  device.failAt = 9;
  await assert.rejects(transfer(device), { code: 'session/timeout' });
  assert.equal(device.received, 9);
  const resumed = await transfer(device);
  assert.deepEqual([resumed.blocksSent, device.initiated], [7, 1]);
  device.status = 1;
  await transfer(device, { image: image.subarray(0, 500) });
  assert.equal(device.initiated, 2);
});

test('a block that was lost on the way is found by the block map and sent again', async () => {
  const device = new ImageDevice();
  const { answer } = device;
  let lose = true;
  device.answer = (request) => {
    const reply = answer(request);
    if (lose && request.type === 'action-request' && device.received === 16) {
      lose = false;
      device.blocks[5] = undefined;
    }
    return reply;
  };
  const result = await transfer(device);
  assert.equal(result.status, 'verification_successful');
  assert.ok(result.blocksSent > 16);
});

test('a failed verification, another image and endless patience are errors', async () => {
  const failing = new ImageDevice();
  const answer = failing.answer;
  failing.slow = 5;
  failing.answer = (request) => {
    if (request.type === 'get-request' && failing.status === 2) failing.status = 4;
    return answer(request);
  };
  await assert.rejects(transfer(failing), { code: 'client/image', detail: 'verification_failed' });
  const other = new ImageDevice();
  const honest = other.answer;
  other.answer = (request) => {
    if (other.status === 3) other.identifier = new Uint8Array(1);
    return honest(request);
  };
  await assert.rejects(transfer(other, { activate: true }), { code: 'client/image' });
  assert.equal(other.status, 3);
  const endless = new ImageDevice();
  endless.slow = 1000;
  await assert.rejects(transfer(endless, { maxPolls: 4 }), { code: 'client/image' });
});

test('an abort signal ends the transfer between blocks', async () => {
  const device = new ImageDevice();
  const controller = new AbortController();
  const onProgress = ({ blocksDone }: { blocksDone: number }) => blocksDone === 4 && controller.abort();
  await assert.rejects(transfer(device, { signal: controller.signal, onProgress }), {
    code: 'session/aborted',
  });
  assert.equal(device.received, 4);
});
