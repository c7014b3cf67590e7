/**
 * Orthogonal routes on a lattice. A node belongs to one line, or to two that cross at right angles; so parallel lines
 * never merge and no line bends on another. Lines that want the same node negotiate: each round makes contested nodes
 * dearer for all, until nothing is contested. Without chance, so the same input gives the same drawing.
 */

/** A box as the nodes it covers. */
export interface Block {
  readonly column: number;
  readonly row: number;
  readonly width: number;
  readonly height: number;
}

export interface Wanted {
  readonly id: string;
  readonly from: Block;
  readonly to: Block;
}

export interface Point {
  readonly column: number;
  readonly row: number;
}

export interface Route {
  readonly id: string;
  /** From the node beside the first box to the node beside the second; never empty. */
  readonly nodes: readonly Point[];
  /** Directions (0 right, 1 down, 2 left, 3 up) out of the first box and into the second. */
  readonly leaves: number;
  readonly arrives: number;
}

export interface Lattice {
  readonly columns: number;
  readonly rows: number;
  /** Where no line may run: boxes, labels, the legend. */
  readonly obstacles: readonly Block[];
}

const steps = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
] as const;

/** What a turn, a crossing and a shared node cost, in steps. A bend is worth a small detour, a crossing a larger one. */
const bendCost = 2.5;
const crossingCost = 4;
const firstShareCost = 6;
/** Beside a box is where other lines must still be able to leave. */
const besideBoxCost = 0.6;
const mostRounds = 60;

/** Kinds of use of a node: straight along an axis, or a bend. */
const bend = 2;

interface Usage {
  /** How many lines use the node horizontally, vertically, and with a bend. */
  readonly counts: readonly [Uint8Array, Uint8Array, Uint8Array];
  readonly history: Float64Array;
}

interface Step {
  readonly state: number;
  readonly rank: number;
}

/** A binary heap; equal ranks leave in the order of their states, so nothing depends on chance. */
class Queue {
  private readonly heap: Step[] = [];

  get size(): number {
    return this.heap.length;
  }

  push(step: Step): void {
    const { heap } = this;
    let at = heap.push(step) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(heap[at]!, heap[parent]!)) break;
      [heap[at], heap[parent]] = [heap[parent]!, heap[at]!];
      at = parent;
    }
  }

  pop(): Step {
    const { heap } = this;
    const top = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return top;
    heap[0] = last;
    let at = 0;
    for (;;) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < heap.length && before(heap[child]!, heap[least]!)) least = child;
      }
      if (least === at) return top;
      [heap[at], heap[least]] = [heap[least]!, heap[at]!];
      at = least;
    }
  }
}

const before = (one: Step, other: Step): boolean =>
  one.rank < other.rank || (one.rank === other.rank && one.state < other.state);

/** The nodes around a block with the direction in which a line leaves the block there. */
function ports(block: Block): readonly (Point & { readonly out: number })[] {
  const found: (Point & { out: number })[] = [];
  for (let at = 0; at < block.width; at++) {
    found.push({ column: block.column + at, row: block.row - 1, out: 3 });
    found.push({ column: block.column + at, row: block.row + block.height, out: 1 });
  }
  for (let at = 0; at < block.height; at++) {
    found.push({ column: block.column - 1, row: block.row + at, out: 2 });
    found.push({ column: block.column + block.width, row: block.row + at, out: 0 });
  }
  return found;
}

const useOf = (inward: number, outward: number): number => (inward === outward ? inward % 2 : bend);

class Router {
  private readonly lattice: Lattice;
  private readonly blocked: Uint8Array;
  private readonly beside: Uint8Array;
  private readonly usage: Usage;
  shareCost = firstShareCost;

  constructor(lattice: Lattice) {
    this.lattice = lattice;
    const size = lattice.columns * lattice.rows;
    this.blocked = new Uint8Array(size);
    this.beside = new Uint8Array(size);
    this.usage = {
      counts: [new Uint8Array(size), new Uint8Array(size), new Uint8Array(size)],
      history: new Float64Array(size),
    };
    for (const block of lattice.obstacles) {
      for (const port of ports(block)) if (this.within(port)) this.beside[this.index(port)] = 1;
      for (let row = block.row; row < block.row + block.height; row++) {
        for (let column = block.column; column < block.column + block.width; column++) {
          if (this.within({ column, row })) this.blocked[this.index({ column, row })] = 1;
        }
      }
    }
  }

  private within({ column, row }: Point): boolean {
    return column >= 0 && row >= 0 && column < this.lattice.columns && row < this.lattice.rows;
  }

  private index({ column, row }: Point): number {
    return row * this.lattice.columns + column;
  }

  /** What it costs to pass a node, coming in one direction and leaving in another. */
  private passCost(node: number, inward: number, outward: number): number {
    const [across, down, bends] = this.usage.counts;
    const use = useOf(inward, outward);
    const along = use === 0 ? across[node]! : down[node]!;
    const athwart = use === 0 ? down[node]! : across[node]!;
    const shared = use === bend ? across[node]! + down[node]! + bends[node]! : along + bends[node]!;
    return (
      (use === bend ? bendCost : athwart * crossingCost) +
      shared * this.shareCost +
      this.usage.history[node]! +
      this.beside[node]! * besideBoxCost
    );
  }

  /** Adds a route to what is used, or takes it away again. */
  private mark(route: Route, by: 1 | -1): void {
    for (const [node, use] of this.uses(route)) {
      const counts = this.usage.counts[use]!;
      counts[node] = counts[node]! + by;
    }
  }

  private *uses(route: Route): Iterable<readonly [number, number]> {
    const { nodes } = route;
    for (const [at, node] of nodes.entries()) {
      const inward = at === 0 ? route.leaves : directionBetween(nodes[at - 1]!, node);
      const outward = at === nodes.length - 1 ? route.arrives : directionBetween(node, nodes[at + 1]!);
      yield [this.index(node), useOf(inward, outward)];
    }
  }

  /** Nodes that two lines want in ways that exclude each other. */
  private contested(): readonly number[] {
    const [across, down, bends] = this.usage.counts;
    const found: number[] = [];
    for (let node = 0; node < across.length; node++) {
      const straight = across[node]! + down[node]!;
      if (across[node]! > 1 || down[node]! > 1 || bends[node]! > 1 || (bends[node]! > 0 && straight > 0)) {
        found.push(node);
      }
    }
    return found;
  }

  /** The cheapest way between two blocks; states are (node, direction in which one comes to it). */
  private cheapest({ id, from, to }: Wanted): Route | undefined {
    const size = this.lattice.columns * this.lattice.rows * 4;
    const cost = new Float64Array(size).fill(Number.POSITIVE_INFINITY);
    const previous = new Int32Array(size).fill(-1);
    const goals = new Map<number, number[]>();
    for (const port of ports(to)) {
      if (!this.within(port) || this.blocked[this.index(port)]) continue;
      const node = this.index(port);
      goals.set(node, [...(goals.get(node) ?? []), (port.out + 2) % 4]);
    }
    const queue = new Queue();
    for (const port of ports(from)) {
      if (!this.within(port) || this.blocked[this.index(port)]) continue;
      const state = this.index(port) * 4 + port.out;
      cost[state] = 1;
      queue.push({ state, rank: 1 });
    }
    let best = Number.POSITIVE_INFINITY;
    let last = -1;
    let arrives = 0;
    while (queue.size > 0) {
      const { state, rank } = queue.pop();
      if (rank >= best) break;
      if (rank > cost[state]!) continue;
      const node = state >> 2;
      const inward = state & 3;
      for (const outward of goals.get(node) ?? []) {
        if ((inward + 2) % 4 === outward) continue;
        const total = rank + this.passCost(node, inward, outward);
        if (total < best) [best, last, arrives] = [total, state, outward];
      }
      this.expand(state, rank, cost, previous, queue);
    }
    return last < 0 ? undefined : this.trace(id, last, arrives, previous);
  }

  private expand(state: number, rank: number, cost: Float64Array, previous: Int32Array, queue: Queue): void {
    const node = state >> 2;
    const inward = state & 3;
    const { columns } = this.lattice;
    const [column, row] = [node % columns, Math.floor(node / columns)];
    for (const [outward, [dx, dy]] of steps.entries()) {
      if ((inward + 2) % 4 === outward) continue;
      const next = { column: column + dx, row: row + dy };
      if (!this.within(next)) continue;
      const to = this.index(next);
      if (this.blocked[to]) continue;
      const total = rank + 1 + this.passCost(node, inward, outward);
      const target = to * 4 + outward;
      if (total < cost[target]!) {
        cost[target] = total;
        previous[target] = state;
        queue.push({ state: target, rank: total });
      }
    }
  }

  private trace(id: string, last: number, arrives: number, previous: Int32Array): Route {
    const { columns } = this.lattice;
    const nodes: Point[] = [];
    let leaves = 0;
    for (let state = last; state >= 0; state = previous[state]!) {
      const node = state >> 2;
      nodes.unshift({ column: node % columns, row: Math.floor(node / columns) });
      leaves = state & 3;
    }
    return { id, nodes, leaves, arrives };
  }

  routeAll(wanted: readonly Wanted[]): readonly Route[] {
    const routes = new Map<string, Route>();
    for (let round = 0; round < mostRounds; round++) {
      for (const each of wanted) {
        const old = routes.get(each.id);
        if (old !== undefined) this.mark(old, -1);
        const route = this.cheapest(each);
        if (route === undefined) throw new Error(`no way for line ${each.id} between its boxes`);
        this.mark(route, 1);
        routes.set(each.id, route);
      }
      const contested = this.contested();
      if (contested.length === 0) return [...routes.values()];
      for (const node of contested) this.usage.history[node] = this.usage.history[node]! + 3;
      this.shareCost *= 1.3;
    }
    throw new Error(`lines still share ${this.contested().length} nodes after ${mostRounds} rounds`);
  }
}

/** The direction (0 right, 1 down, 2 left, 3 up) from one node to the next. */
export function directionBetween(from: Point, to: Point): number {
  if (to.column !== from.column) return to.column > from.column ? 0 : 2;
  return to.row > from.row ? 1 : 3;
}

/**
 * Routes every wanted line around the obstacles, in the order given. No two routes share a stretch, and they touch
 * only where they cross. Throws an assertion when the layout leaves no room: layouts are this package's own data.
 */
export function routeLines(lattice: Lattice, wanted: readonly Wanted[]): readonly Route[] {
  return new Router(lattice).routeAll(wanted);
}
