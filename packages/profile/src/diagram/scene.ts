/** What a drawing of the logical architecture holds, with every place computed: regions, boxes, lines, badges. */
import type { Actor, DomainId, Line, MeterPartId, Scope } from '../model.ts';
import { type Profile, profile } from '../profile.ts';
import { type Cells, type Layout, layouts } from './layout.ts';
import { type Block, directionBetween, type Point, type Route, routeLines } from './route.ts';

/** `internal`: components of clause 4.3 and the lines between them; `full`: with the actors and lines outside. */
export type Perspective = 'internal' | 'full';

export interface DiagramOptions {
  readonly perspective: Perspective;
  /** Draws this project's extension components as well; in the internal perspective only. */
  readonly extensions?: boolean;
}

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export type BoxKind = 'component' | 'part' | 'extension' | Actor['kind'];

export interface SceneBox {
  readonly id: string;
  readonly name: string;
  readonly kind: BoxKind;
  readonly at: Rectangle;
}

export interface SceneRegion {
  readonly id: DomainId;
  readonly name: string;
  readonly at: Rectangle;
  readonly label: Rectangle;
  /** Where a region in which nothing is drawn says so; undefined for the others. */
  readonly note: Rectangle | undefined;
}

export interface SceneLine {
  readonly id: string;
  readonly ends: Line['ends'];
  readonly scope: Scope;
  /** Corners from the edge of the first box to the edge of the second. */
  readonly corners: readonly { readonly x: number; readonly y: number }[];
  /** Whether messages flow into the first end, and into the second. */
  readonly arrows: readonly [boolean, boolean];
  readonly badge: Rectangle;
}

export interface Scene {
  readonly perspective: Perspective;
  readonly width: number;
  readonly height: number;
  readonly regions: readonly SceneRegion[];
  /** The outline that holds the three parts of an AMI Meter, with its tab. */
  readonly whole: { readonly name: string; readonly at: Rectangle; readonly tab: Rectangle };
  readonly boxes: readonly SceneBox[];
  readonly lines: readonly SceneLine[];
  readonly legend: Rectangle;
}

/** Distance between neighbouring nodes, in units of the drawing. */
export const pitch = 20;
const badgeSize = { width: 20, height: 15 };
/** Width of a letter of a region's label, generous so that the label has room in any font. */
const labelLetter = 8.4;

const block = ([column, row, width, height]: Cells): Block => ({ column, row, width, height });

/** The rectangle that a block of nodes fills: half a step more on each side than its outermost nodes. */
const rectangleOf = ({ column, row, width, height }: Block, inset = 0): Rectangle => ({
  x: (column - 0.5) * pitch + inset,
  y: (row - 0.5) * pitch + inset,
  width: width * pitch - 2 * inset,
  height: height * pitch - 2 * inset,
});

export const overlap = (one: Rectangle, other: Rectangle, gap = 0): boolean =>
  one.x < other.x + other.width + gap &&
  other.x < one.x + one.width + gap &&
  one.y < other.y + other.height + gap &&
  other.y < one.y + one.height + gap;

function labelBlock(cells: Cells, name: string): Block {
  return {
    column: cells[0],
    row: cells[1],
    width: Math.min(cells[2], Math.ceil((name.length * labelLetter + 8) / pitch)),
    height: 1,
  };
}

/** A note keeps off the edge, so that lines can pass beside it. */
const noteBlock = ([column, row, width]: Cells): Block => ({
  column: column + 2,
  row: row + 2,
  width: width - 4,
  height: 4,
});

const meterParts: readonly MeterPartId[] = ['meter.fan', 'meter.metrology', 'meter.han'];

function meterWhole(layout: Layout): { readonly outline: Block; readonly tab: Block } {
  const parts = meterParts.map((id) => layout.boxes[id]!);
  const column = Math.min(...parts.map((cells) => cells[0]));
  const [, row, , height] = parts[0]!;
  const width = Math.max(...parts.map((cells) => cells[0] + cells[2])) - column;
  return { outline: { column, row, width, height }, tab: { column, row: row - 1, width: 4, height: 1 } };
}

/** The box at which a line ends: for a meter, the part that stands at this line (4.4.2). */
function boxFor(end: string, line: Line, from: Profile): string {
  return end === 'meter' ? (from.meterPartsByLine[line.id]?.facing ?? 'meter.metrology') : end;
}

function sceneBoxes(layout: Layout, options: DiagramOptions, from: Profile): readonly SceneBox[] {
  const components = new Map(from.components.map((each) => [each.id as string, each]));
  const parts = new Map(
    from.components.flatMap((each) => each.parts.map((part) => [part.id as string, part])),
  );
  const actors = new Map(from.actors.map((each) => [each.id, each]));
  const extensions = options.extensions === true ? layout.extensionBoxes : {};
  return Object.entries({ ...layout.boxes, ...extensions }).map(([id, cells]): SceneBox => {
    const component = components.get(id);
    const named = component ?? parts.get(id) ?? actors.get(id)!;
    const kind: BoxKind =
      component !== undefined
        ? component.origin === 'extension'
          ? 'extension'
          : 'component'
        : (actors.get(id)?.kind ?? 'part');
    return { id, name: named.name, kind, at: rectangleOf(block(cells)) };
  });
}

/** Longer lines have more ways to choose from, so the short ones choose first. */
function byDistance(layout: Layout, from: Profile) {
  const middle = (id: string) => {
    const [column, row, width, height] = layout.boxes[id]!;
    return { column: column + width / 2, row: row + height / 2 };
  };
  const distance = (line: Line) => {
    const [one, other] = line.ends.map((end) => middle(boxFor(end, line, from)));
    return Math.abs(one!.column - other!.column) + Math.abs(one!.row - other!.row);
  };
  return (one: Line, other: Line) => distance(one) - distance(other) || Number(one.id) - Number(other.id);
}

const point = ({ column, row }: Point) => ({ x: column * pitch, y: row * pitch });

const outward = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
] as const;

/** Where a line meets the edge of a box, half a step from its node. */
function edge(node: Point, direction: number, sign: 1 | -1) {
  const [dx, dy] = outward[direction]!;
  const { x, y } = point(node);
  return { x: x + (sign * dx * pitch) / 2, y: y + (sign * dy * pitch) / 2 };
}

function cornersOf(route: Route) {
  const { nodes, leaves, arrives } = route;
  const corners = [edge(nodes[0]!, leaves, -1)];
  for (const [at, node] of nodes.entries()) {
    const inward = at === 0 ? leaves : directionBetween(nodes[at - 1]!, node);
    const out = at === nodes.length - 1 ? arrives : directionBetween(node, nodes[at + 1]!);
    if (inward !== out) corners.push(point(node));
  }
  corners.push(edge(nodes.at(-1)!, arrives, 1));
  return corners;
}

/** A badge stands on a straight stretch of its line where nothing else runs, as near to the middle as there is room. */
function placeBadges(routes: readonly Route[], taken: readonly Rectangle[]): ReadonlyMap<string, Rectangle> {
  const key = ({ column, row }: Point) => `${column},${row}`;
  const uses = new Map<string, number>();
  for (const node of routes.flatMap((route) => route.nodes)) {
    uses.set(key(node), (uses.get(key(node)) ?? 0) + 1);
  }
  const candidates = routes.map((route) => {
    const middle = (route.nodes.length - 1) / 2;
    const places = route.nodes
      .map((node, at) => ({ node, away: Math.abs(at - middle) }))
      .filter(({ node }) => uses.get(key(node)) === 1)
      .sort((one, other) => one.away - other.away)
      .map(({ node }) => {
        const { x, y } = point(node);
        return { x: x - badgeSize.width / 2, y: y - badgeSize.height / 2, ...badgeSize };
      })
      .filter((place) => !taken.some((other) => overlap(place, other, 2)));
    return { id: route.id, places };
  });
  const placed = new Map<string, Rectangle>();
  for (const { id, places } of candidates.sort((one, other) => one.places.length - other.places.length)) {
    const free = places.find((place) => ![...placed.values()].some((other) => overlap(place, other, 2)));
    if (free === undefined) throw new Error(`no room for the number of line ${id}`);
    placed.set(id, free);
  }
  return placed;
}

/** Everything of a drawing with its place; the same data give the same scene. */
export function architectureScene(options: DiagramOptions, from: Profile = profile()): Scene {
  const layout: Layout = layouts[options.perspective];
  const names = new Map(from.domains.map((domain) => [domain.id, domain.name]));
  const { outline, tab } = meterWhole(layout);
  const boxes = sceneBoxes(layout, options, from);
  const regionEntries = Object.entries(layout.regions) as [DomainId, Cells][];
  const regions = regionEntries.map(([id, cells]): SceneRegion => {
    const at = rectangleOf(block(cells), 2);
    const empty = !boxes.some((box) => overlap(box.at, at));
    return {
      id,
      name: names.get(id)!,
      at,
      label: rectangleOf(labelBlock(cells, names.get(id)!)),
      note: empty ? rectangleOf(noteBlock(cells)) : undefined,
    };
  });
  const drawn = from.lines.filter((line) => options.perspective === 'full' || line.scope === 'inside');
  const extensionCells = options.extensions === true ? Object.values(layout.extensionBoxes) : [];
  const routes = routeLines(
    {
      columns: layout.columns,
      rows: layout.legend[1] - 1,
      obstacles: [
        ...Object.values(layout.boxes).map(block),
        ...extensionCells.map(block),
        ...regionEntries.map(([id, cells]) => labelBlock(cells, names.get(id)!)),
        ...regions
          .filter((each) => each.note !== undefined)
          .map((each) => noteBlock(layout.regions[each.id])),
        tab,
        // The title stands above the first regions and actors.
        { column: 0, row: 0, width: layout.columns, height: 3 },
      ],
    },
    [...drawn].sort(byDistance(layout, from)).map((line) => ({
      id: line.id,
      from: block(layout.boxes[boxFor(line.ends[0], line, from)]!),
      to: block(layout.boxes[boxFor(line.ends[1], line, from)]!),
    })),
  );
  const badges = placeBadges(routes, [
    ...boxes.map((box) => box.at),
    ...regions.map((region) => region.label),
    rectangleOf(tab),
  ]);
  const routeById = new Map(routes.map((route) => [route.id, route]));
  return {
    perspective: options.perspective,
    width: layout.columns * pitch,
    height: layout.rows * pitch,
    regions,
    whole: { name: 'AMI Meter', at: rectangleOf(outline, -4), tab: rectangleOf(tab) },
    boxes,
    lines: drawn.map((line): SceneLine => {
      const into = (end: string) =>
        line.directions.some((each) => each.destination === end && each.messages.length > 0);
      return {
        id: line.id,
        ends: line.ends,
        scope: line.scope,
        corners: cornersOf(routeById.get(line.id)!),
        arrows: [into(line.ends[0]), into(line.ends[1])],
        badge: badges.get(line.id)!,
      };
    }),
    legend: rectangleOf(block(layout.legend)),
  };
}
