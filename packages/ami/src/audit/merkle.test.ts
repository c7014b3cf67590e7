import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  emptyRoot,
  Frontier,
  leafHash,
  nodeHash,
  rootOf,
  splitOf,
  verifyConsistency,
  verifyInclusion,
} from './merkle.ts';
import {
  consistencyProof,
  inclusionProof,
  MissingTile,
  type ReadTile,
  rootOfHashes,
  TileBuilder,
} from './tiles.ts';

// The leaves and roots that Certificate Transparency's implementations test themselves with.
const publishedLeaves = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map((hex) => Buffer.from(hex, 'hex'));
const publishedRoots = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

const leavesOf = (count: number) =>
  Array.from({ length: count }, (_, i) => leafHash(Buffer.from(`record ${i}`)));

/** RFC 6962 section 2.1 as it is written, to compare with. */
function referenceRoot(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return emptyRoot();
  if (leaves.length === 1) return leaves[0]!;
  const split = splitOf(leaves.length);
  return nodeHash(referenceRoot(leaves.slice(0, split)), referenceRoot(leaves.slice(split)));
}

function treeOf(leaves: readonly Buffer[]): { builder: TileBuilder; read: ReadTile } {
  const builder = new TileBuilder();
  for (const leaf of leaves) builder.push(leaf);
  const tiles = new Map(
    [...builder.takeFull(), ...builder.takePartial()].map((tile) => [
      `${tile.level}/${tile.number}`,
      tile.hashes,
    ]),
  );
  return { builder, read: async (level, number) => tiles.get(`${level}/${number}`) };
}

test('the published trees have their published roots', () => {
  assert.equal(
    emptyRoot().toString('hex'),
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  );
  const frontier = new Frontier();
  for (const [i, leaf] of publishedLeaves.entries()) {
    frontier.push(leafHash(leaf));
    assert.equal(frontier.root().toString('hex'), publishedRoots[i], `${i + 1} leaves`);
  }
});

test('frontier, tiles and the definition agree on every root', () => {
  const leaves = leavesOf(700);
  const frontier = new Frontier();
  for (const [i, leaf] of leaves.entries()) {
    frontier.push(leaf);
    if (i % 37 === 0 || [255, 256, 511, 512].includes(i))
      assert.deepEqual(frontier.root(), referenceRoot(leaves.slice(0, i + 1)), `${i + 1} leaves`);
  }
  assert.deepEqual(rootOf(leaves), treeOf(leaves).builder.root());
  assert.deepEqual(rootOfHashes(Buffer.concat(leaves.slice(0, 256))), referenceRoot(leaves.slice(0, 256)));
});

test('every proof of small trees verifies, and none for anything else', async () => {
  const leaves = leavesOf(70);
  for (const size of [1, 2, 3, 5, 8, 31, 64, 70]) {
    const { builder, read } = treeOf(leaves.slice(0, size));
    const root = builder.root();
    for (let index = 0; index < size; index++) {
      const path = await inclusionProof(read, index, size);
      assert.ok(verifyInclusion(index, size, leaves[index]!, path, root), `${index} in ${size}`);
      assert.ok(!verifyInclusion(index, size, leafHash(Buffer.from('other')), path, root));
      assert.ok(!verifyInclusion(size, size, leaves[index]!, path, root));
      if (size > 1) {
        assert.ok(!verifyInclusion((index + 1) % size, size, leaves[index]!, path, root));
        assert.ok(!verifyInclusion(index, size, leaves[index]!, path.slice(1), root));
        assert.ok(!verifyInclusion(index, size, leaves[index]!, [...path, root], root));
      }
    }
    for (let old = 0; old <= size; old++) {
      const oldRoot = referenceRoot(leaves.slice(0, old));
      const proof = await consistencyProof(read, old, size);
      assert.ok(verifyConsistency(old, size, oldRoot, root, proof), `${old} to ${size}`);
      if (old > 0) assert.ok(!verifyConsistency(old, size, leafHash(oldRoot), root, proof));
      if (old > 0 && old < size) assert.ok(!verifyConsistency(old, size, oldRoot, leafHash(root), proof));
      if (proof.length > 0) assert.ok(!verifyConsistency(old, size, oldRoot, root, proof.slice(1)));
    }
  }
});

test('proofs over several levels of tiles verify', async () => {
  const size = 70_003;
  const leaves = leavesOf(size);
  const { builder, read } = treeOf(leaves);
  const root = builder.root();
  await fc.assert(
    fc.asyncProperty(fc.nat(size - 1), fc.nat(size), async (index, old) => {
      assert.ok(verifyInclusion(index, size, leaves[index]!, await inclusionProof(read, index, size), root));
      const proof = await consistencyProof(read, old, size);
      const oldRoot = old === 0 ? emptyRoot() : rootOf(leaves.slice(0, old));
      assert.ok(verifyConsistency(old, size, oldRoot, root, proof));
    }),
    { numRuns: 20 },
  );
});

test('a builder goes on where a stored tree ends, at every kind of edge', async () => {
  for (const size of [0, 1, 255, 256, 257, 65_535, 65_536, 65_793]) {
    const leaves = leavesOf(size);
    const { read } = treeOf(leaves);
    const loaded = await TileBuilder.load(read, size);
    assert.equal(loaded.size, size);
    assert.deepEqual(loaded.root(), rootOf(leaves), `${size} leaves`);
    const whole = treeOf([...leaves, ...leavesOf(3)]).builder;
    for (const leaf of leavesOf(3)) loaded.push(leaf);
    assert.deepEqual(loaded.root(), whole.root());
  }
  await assert.rejects(
    TileBuilder.load(async () => undefined, 5),
    MissingTile,
  );
});
