/** A rectangle of pixels, for example those that changed. */
export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Point {
  x: number;
  y: number;
}

const TILE = 64;
const MOST_STEPS = 200;

/** The tiles of a map as they were before a change, by index. */
type Tiles = Map<number, Uint8Array>;

/**
 * The class of each pixel of a region, with tools to paint it, undo and redo. Every change lies
 * between begin() and end(). Knows no DOM.
 */
export class ClassMap {
  readonly ids: Uint8Array;
  private readonly tilesPerRow: number;
  private readonly done: Tiles[] = [];
  private undone: Tiles[] = [];
  private open: Tiles | null = null;

  constructor(readonly width: number, readonly height: number, readonly ignore: number) {
    this.ids = new Uint8Array(width * height).fill(ignore);
    this.tilesPerRow = Math.ceil(width / TILE);
  }

  get canUndo(): boolean {
    return this.done.length > 0;
  }

  get canRedo(): boolean {
    return this.undone.length > 0;
  }

  /** Returns the fraction of pixels that have a class, 0 to 1. */
  get painted(): number {
    let count = 0;
    for (const id of this.ids) if (id !== this.ignore) count++;
    return count / this.ids.length;
  }

  begin(): void {
    this.open = new Map();
  }

  end(): void {
    if (this.open && this.open.size > 0) {
      this.done.push(this.open);
      if (this.done.length > MOST_STEPS) this.done.shift();
      this.undone = [];
    }
    this.open = null;
  }

  /** Paints a line of round ends; returns what changed. */
  stroke(from: Point, to: Point, radius: number, id: number): Rect {
    const area = this.clip(
      Math.min(from.x, to.x) - radius,
      Math.min(from.y, to.y) - radius,
      Math.max(from.x, to.x) + radius,
      Math.max(from.y, to.y) + radius);
    this.keep(area);
    const dx = to.x - from.x;
    const dy = to.y - from.y;
    const length = dx * dx + dy * dy || 1;
    for (let y = area.y; y < area.y + area.height; y++) {
      for (let x = area.x; x < area.x + area.width; x++) {
        // Distance from the pixel's centre to the nearest point of the line.
        const px = x + 0.5 - from.x;
        const py = y + 0.5 - from.y;
        const t = Math.min(1, Math.max(0, (px * dx + py * dy) / length));
        const ex = px - t * dx;
        const ey = py - t * dy;
        if (ex * ex + ey * ey <= radius * radius) this.ids[y * this.width + x] = id;
      }
    }
    return area;
  }

  /** Paints a polygon by the even-odd rule; returns what changed. */
  polygon(points: Point[], id: number): Rect {
    const area = this.clip(
      Math.min(...points.map((p) => p.x)),
      Math.min(...points.map((p) => p.y)),
      Math.max(...points.map((p) => p.x)),
      Math.max(...points.map((p) => p.y)));
    this.keep(area);
    for (let y = area.y; y < area.y + area.height; y++) {
      const crossings: number[] = [];
      points.forEach((a, i) => {
        const b = points[(i + 1) % points.length];
        const centre = y + 0.5;
        if (a.y <= centre !== b.y <= centre) {
          crossings.push(a.x + ((centre - a.y) / (b.y - a.y)) * (b.x - a.x));
        }
      });
      crossings.sort((a, b) => a - b);
      for (let i = 0; i + 1 < crossings.length; i += 2) {
        const from = Math.max(area.x, Math.ceil(crossings[i] - 0.5));
        const to = Math.min(area.x + area.width, Math.ceil(crossings[i + 1] - 0.5));
        if (from < to) this.ids.fill(id, y * this.width + from, y * this.width + to);
      }
    }
    return area;
  }

  /**
   * Paints all pixels that are connected with a pixel and not separated from it by an edge.
   *
   * @param similar whether two neighbours, by index, belong together
   */
  fill(start: Point, id: number, similar: (a: number, b: number) => boolean): Rect {
    const all = { x: 0, y: 0, width: this.width, height: this.height };
    const x = Math.floor(start.x);
    const y = Math.floor(start.y);
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return { ...all, width: 0, height: 0 };
    this.keep(all);
    const seen = new Uint8Array(this.ids.length);
    const stack = [y * this.width + x];
    seen[stack[0]] = 1;
    while (stack.length > 0) {
      const at = stack.pop()!;
      this.ids[at] = id;
      const column = at % this.width;
      for (const next of [
        column > 0 ? at - 1 : -1,
        column < this.width - 1 ? at + 1 : -1,
        at - this.width,
        at + this.width,
      ]) {
        if (next >= 0 && next < seen.length && !seen[next] && similar(at, next)) {
          seen[next] = 1;
          stack.push(next);
        }
      }
    }
    return all;
  }

  /** Replaces the whole map. */
  replace(ids: Uint8Array | number): Rect {
    const all = { x: 0, y: 0, width: this.width, height: this.height };
    this.keep(all);
    if (typeof ids === 'number') this.ids.fill(ids);
    else this.ids.set(ids);
    return all;
  }

  undo(): Rect | null {
    return this.swap(this.done, this.undone);
  }

  redo(): Rect | null {
    return this.swap(this.undone, this.done);
  }

  /** Puts the tiles of a step back and keeps what they replace as the opposite step. */
  private swap(from: Tiles[], to: Tiles[]): Rect | null {
    const step = from.pop();
    if (!step) return null;
    const opposite: Tiles = new Map();
    let left = this.width;
    let top = this.height;
    let right = 0;
    let bottom = 0;
    for (const [index, tile] of step) {
      const area = this.tile(index);
      opposite.set(index, this.copy(area));
      for (let row = 0; row < area.height; row++) {
        const part = tile.subarray(row * area.width, (row + 1) * area.width);
        this.ids.set(part, (area.y + row) * this.width + area.x);
      }
      left = Math.min(left, area.x);
      top = Math.min(top, area.y);
      right = Math.max(right, area.x + area.width);
      bottom = Math.max(bottom, area.y + area.height);
    }
    to.push(opposite);
    return { x: left, y: top, width: right - left, height: bottom - top };
  }

  private clip(left: number, top: number, right: number, bottom: number): Rect {
    const x = Math.max(0, Math.floor(left));
    const y = Math.max(0, Math.floor(top));
    return {
      x,
      y,
      width: Math.max(0, Math.min(this.width, Math.ceil(right) + 1) - x),
      height: Math.max(0, Math.min(this.height, Math.ceil(bottom) + 1) - y),
    };
  }

  /** Keeps the tiles of an area for undo, unless this step has them already. */
  private keep(area: Rect): void {
    if (!this.open || area.width === 0 || area.height === 0) return;
    for (let row = Math.floor(area.y / TILE); row * TILE < area.y + area.height; row++) {
      for (let col = Math.floor(area.x / TILE); col * TILE < area.x + area.width; col++) {
        const index = row * this.tilesPerRow + col;
        if (!this.open.has(index)) this.open.set(index, this.copy(this.tile(index)));
      }
    }
  }

  private tile(index: number): Rect {
    const x = (index % this.tilesPerRow) * TILE;
    const y = Math.floor(index / this.tilesPerRow) * TILE;
    return {
      x,
      y,
      width: Math.min(TILE, this.width - x),
      height: Math.min(TILE, this.height - y),
    };
  }

  private copy(area: Rect): Uint8Array {
    const tile = new Uint8Array(area.width * area.height);
    for (let row = 0; row < area.height; row++) {
      const from = (area.y + row) * this.width + area.x;
      tile.set(this.ids.subarray(from, from + area.width), row * area.width);
    }
    return tile;
  }
}
