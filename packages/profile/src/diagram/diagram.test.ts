import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { profile } from '../profile.ts';
import { architectureScene, type DiagramOptions, overlap, type Rectangle, type Scene } from './scene.ts';
import { architectureDiagram, escapeXml, wrapName } from './svg.ts';

const variants: readonly DiagramOptions[] = [
  { perspective: 'internal' },
  { perspective: 'internal', extensions: true },
  { perspective: 'full' },
];
const nameOf = (options: DiagramOptions) =>
  `${options.perspective}${options.extensions ? ' with extensions' : ''}`;

/** The stretches of a line as thin rectangles. */
function stretches(scene: Scene, id: string): readonly Rectangle[] {
  const { corners } = scene.lines.find((line) => line.id === id)!;
  return corners.slice(1).map((to, at) => {
    const from = corners[at]!;
    return {
      x: Math.min(from.x, to.x),
      y: Math.min(from.y, to.y),
      width: Math.abs(from.x - to.x),
      height: Math.abs(from.y - to.y),
    };
  });
}

const shrunk = ({ x, y, width, height }: Rectangle, by: number): Rectangle => ({
  x: x + by,
  y: y + by,
  width: width - 2 * by,
  height: height - 2 * by,
});

function pairs<T>(items: readonly T[]): readonly (readonly [T, T])[] {
  return items.flatMap((one, at) => items.slice(at + 1).map((other) => [one, other] as const));
}

for (const options of variants) {
  const scene = architectureScene(options);
  const svg = architectureDiagram(options);

  test(`${nameOf(options)}: every component, line and number that belongs there is drawn`, () => {
    const from = profile();
    const lines = from.lines.filter(({ scope }) => options.perspective === 'full' || scope === 'inside');
    assert.deepEqual(
      scene.lines.map(({ id }) => id),
      lines.map(({ id }) => id),
    );
    for (const { id } of lines) assert.match(svg, new RegExp(`<g id="badge-${id}">.*>${id}</text>`));
    const drawn = new Set(scene.boxes.map(({ id }) => id));
    for (const { id, origin, parts } of from.components) {
      const expected = origin === 'profile' || options.extensions === true;
      for (const each of parts.length > 0 ? parts.map((part) => part.id) : [id]) {
        assert.equal(drawn.has(each), expected, each);
      }
    }
    for (const { id } of from.actors) assert.equal(drawn.has(id), options.perspective === 'full', id);
  });

  test(`${nameOf(options)}: each box stands in the region of its domain, actors in none`, () => {
    const regions = new Map(scene.regions.map((region) => [region.id as string, region.at]));
    const from = profile();
    const domains = new Map<string, string | undefined>([
      ...from.components.map((each) => [each.id, each.domain] as const),
      ...from.components.flatMap(({ parts }) => parts.map((part) => [part.id, part.domain] as const)),
    ]);
    for (const box of scene.boxes) {
      for (const [id, at] of regions) {
        assert.equal(overlap(box.at, at, -3), domains.get(box.id) === id, `${box.id} in ${id}`);
      }
    }
  });

  test(`${nameOf(options)}: no box overlaps another, and every name fits its box`, () => {
    for (const [one, other] of pairs(scene.boxes)) {
      assert.ok(!overlap(one.at, other.at), `${one.id} and ${other.id}`);
    }
    for (const { id, name, at } of scene.boxes) {
      const words = wrapName(name, at.width - 10);
      assert.ok(words.length * 14.5 <= at.height, `${id} is too low for its name`);
      for (const each of words) assert.ok(each.length * 12 * 0.57 <= at.width - 8, `${id}: ${each}`);
    }
  });

  test(`${nameOf(options)}: no number overlaps a box, a label, another number or another line`, () => {
    const labels = scene.regions.map((region) => region.label);
    for (const [one, other] of pairs(scene.lines)) {
      assert.ok(!overlap(one.badge, other.badge), `${one.id} and ${other.id}`);
    }
    for (const { id, badge } of scene.lines) {
      for (const box of scene.boxes) assert.ok(!overlap(badge, box.at, 1), `${id} on ${box.id}`);
      for (const label of [...labels, scene.whole.tab]) assert.ok(!overlap(badge, label), `${id} on a label`);
      for (const other of scene.lines) {
        const touches = stretches(scene, other.id).some((stretch) => overlap(badge, stretch));
        assert.equal(touches, other.id === id, `number ${id} and line ${other.id}`);
      }
    }
  });

  test(`${nameOf(options)}: no line runs through a box or a label, none runs along another`, () => {
    for (const { id } of scene.lines) {
      for (const stretch of stretches(scene, id)) {
        for (const box of scene.boxes)
          assert.ok(!overlap(stretch, shrunk(box.at, 1)), `${id} through ${box.id}`);
        for (const { label, name } of scene.regions)
          assert.ok(!overlap(stretch, label), `${id} through ${name}`);
      }
    }
    for (const [one, other] of pairs(scene.lines)) {
      for (const a of stretches(scene, one.id)) {
        for (const b of stretches(scene, other.id)) {
          // At right angles they may cross; side by side they keep a distance.
          if ((a.width === 0) !== (b.width === 0)) continue;
          assert.ok(!overlap(a, b, 12), `${one.id} along ${other.id}`);
        }
      }
    }
  });

  test(`${nameOf(options)}: the SVG is well formed, self-contained, titled, and always the same`, () => {
    assert.equal(architectureDiagram(options), svg);
    const open: string[] = [];
    for (const [, close, name, empty] of svg.matchAll(/<(\/?)([a-z]+)[^<>]*?(\/?)>/g)) {
      if (close === '/') assert.equal(open.pop(), name);
      else if (empty === '') open.push(name!);
    }
    assert.deepEqual(open, []);
    assert.doesNotMatch(svg, /<script|<image|<foreignObject|href=|\son\w+=|url\(/);
    assert.match(svg, /<title id="title">[^<]+<\/title>/);
    assert.match(svg, /<desc id="desc">[^<]+<\/desc>/);
    const ids = [...svg.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    assert.equal(new Set(ids).size, ids.length);
    const { width, height } = scene;
    assert.ok(width / height > 1.35 && width / height < 1.48, 'fills an A4 page in landscape');
  });
}

test('a line of the meter ends at the part that stands at it', () => {
  const scene = architectureScene({ perspective: 'full' });
  const part = (id: string) => scene.boxes.find((box) => box.id === id)!.at;
  const endOf = (line: string, at: number) => scene.lines.find(({ id }) => id === line)!.corners.at(at)!;
  const touches = ({ x, y }: { x: number; y: number }, box: Rectangle) =>
    x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height;
  assert.ok(touches(endOf('1', -1), part('meter.fan')));
  assert.ok(touches(endOf('9', 0), part('meter.metrology')));
  assert.ok(touches(endOf('16', -1), part('meter.han')));
});

test('an empty direction has no arrowhead', () => {
  const { lines } = architectureScene({ perspective: 'internal' });
  assert.deepEqual(lines.find(({ id }) => id === '37')!.arrows, [true, false]);
  assert.deepEqual(lines.find(({ id }) => id === '1')!.arrows, [true, true]);
});

test('text is escaped', () => {
  assert.equal(escapeXml('a < b & "c" > d'), 'a &lt; b &amp; &quot;c&quot; &gt; d');
});

function hasRsvg(): boolean {
  try {
    execFileSync('rsvg-convert', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

test('another program renders it', { skip: hasRsvg() ? false : 'needs Debian package librsvg2-bin' }, () => {
  for (const options of variants) {
    const png = execFileSync('rsvg-convert', ['-w', '600'], { input: architectureDiagram(options) });
    assert.equal(png.subarray(1, 4).toString(), 'PNG');
    assert.equal(png.readUInt32BE(16), 600);
  }
});
