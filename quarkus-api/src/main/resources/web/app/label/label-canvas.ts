import { LitElement, html } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import type { SegmentationClass } from '../service/types';
import { ClassMap, type Point, type Rect } from './class-map';
import { Viewport } from './viewport';
import type { Task } from './work-queue';

export type Tool = 'brush' | 'eraser' | 'polygon' | 'fill' | 'pan';

/** Sum of the differences of red, green and blue between neighbours above which fill stops. */
const EDGE = 36;

/**
 * The region to label in its image, with the classes painted over it. Painting redraws one
 * rectangle of the overlay, and the view once per frame. Fires `painted` after each change.
 */
@customElement('label-canvas')
export class LabelCanvas extends LitElement {
  @property({ attribute: false }) classes: SegmentationClass[] = [];
  @property({ attribute: false }) tool: Tool = 'brush';
  @property({ type: Number }) current = 0;
  @property({ type: Number }) radius = 8;
  @property({ type: Number }) opacity = 0.55;
  @property({ attribute: false }) heat: ImageBitmap | null = null;
  @query('canvas') private canvas!: HTMLCanvasElement;

  private task: Task | null = null;
  private map: ClassMap | null = null;
  private overlay!: OffscreenCanvas;
  private pixels!: ImageData;
  private colors = new Uint32Array(256);
  private readonly viewport = new Viewport();
  private stroke: { last: Point; pan: boolean } | null = null;
  private corners: Point[] = [];
  private cursor: Point | null = null;
  private frame = 0;
  private resized?: ResizeObserver;
  private moved = false;
  private photo: Uint8ClampedArray | null = null;

  protected override createRenderRoot() {
    return this;
  }

  override render() {
    return html`<canvas tabindex="0" role="application"
      aria-label="Region to label. Arrow keys move the brush, space paints, plus and minus zoom."
      @pointerdown=${this.down} @pointermove=${this.move} @pointerup=${this.up}
      @pointercancel=${this.up} @pointerleave=${this.leave} @dblclick=${this.closePolygon}
      @wheel=${this.wheel} @keydown=${this.key}></canvas>`;
  }

  override firstUpdated() {
    this.resized = new ResizeObserver(() => {
      const dense = devicePixelRatio;
      this.canvas.width = Math.max(1, Math.round(this.canvas.clientWidth * dense));
      this.canvas.height = Math.max(1, Math.round(this.canvas.clientHeight * dense));
      if (!this.moved) this.fit();
      this.redraw();
    });
    this.resized.observe(this.canvas);
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    this.resized?.disconnect();
    cancelAnimationFrame(this.frame);
  }

  override updated() {
    this.redraw();
  }

  /** Shows a region; what is painted goes into the map. */
  open(task: Task, map: ClassMap): void {
    this.task = task;
    this.map = map;
    this.corners = [];
    this.photo = null;
    this.cursor = null;
    this.overlay = new OffscreenCanvas(map.width, map.height);
    this.pixels = new ImageData(map.width, map.height);
    this.colors.fill(0);
    for (const each of this.classes) {
      const rgb = parseInt(each.color.slice(1), 16);
      const swapped = ((rgb & 0xff) << 16) | (rgb & 0xff00) | (rgb >> 16);
      this.colors[each.id] = (0xff000000 | swapped) >>> 0;
    }
    this.fit();
    this.changed({ x: 0, y: 0, width: map.width, height: map.height }, false);
  }

  /** Shows the whole region and its surroundings. */
  fit(): void {
    if (!this.task || !this.canvas) return;
    this.moved = false;
    this.viewport.show(this.task.region, {
      width: this.canvas.clientWidth,
      height: this.canvas.clientHeight,
    });
    this.redraw();
  }

  zoom(factor: number, around?: Point): void {
    const middle = { x: this.canvas.clientWidth / 2, y: this.canvas.clientHeight / 2 };
    this.viewport.zoom(factor, around ?? middle);
    this.moved = true;
    this.redraw();
  }

  /** Draws a changed part of the map. */
  changed(area: Rect | null, tell = true): void {
    if (!area || !this.map || area.width === 0 || area.height === 0) return;
    const { ids, width } = this.map;
    const target = new Uint32Array(this.pixels.data.buffer);
    for (let y = area.y; y < area.y + area.height; y++) {
      for (let at = y * width + area.x, to = at + area.width; at < to; at++) {
        target[at] = this.colors[ids[at]];
      }
    }
    this.overlay
      .getContext('2d')!
      .putImageData(this.pixels, 0, 0, area.x, area.y, area.width, area.height);
    this.redraw();
    if (tell) this.dispatchEvent(new CustomEvent('painted'));
  }

  /** Applies one change as a step of undo. */
  step(change: (map: ClassMap) => Rect | null): void {
    if (!this.map) return;
    this.map.begin();
    const area = change(this.map);
    this.map.end();
    this.changed(area);
  }

  closePolygon = (): void => {
    // A double click has set its point twice.
    const corners = this.corners.filter(
      (each, i) => i === 0 || Math.hypot(each.x - this.corners[i - 1].x, each.y - this.corners[i - 1].y) > 0.5);
    this.corners = [];
    if (corners.length > 2) this.step((map) => map.polygon(corners, this.current));
    this.redraw();
  };

  get polygonOpen(): boolean {
    return this.corners.length > 0;
  }

  /** Drops the corners of an open polygon; returns whether there were any. */
  cancel(): boolean {
    const had = this.corners.length > 0;
    this.corners = [];
    this.redraw();
    return had;
  }

  /** Returns the position of an event in pixels of the region. */
  private at(event: PointerEvent): Point {
    const p = this.viewport.toImage({ x: event.offsetX, y: event.offsetY });
    return { x: p.x - this.task!.region.x, y: p.y - this.task!.region.y };
  }

  private down = (event: PointerEvent): void => {
    if (!this.task || !this.map) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.cursor = this.at(event);
    const pan = this.tool === 'pan' || event.button === 1 || event.button === 2;
    if (pan) {
      this.stroke = { last: { x: event.offsetX, y: event.offsetY }, pan };
      return;
    }
    this.apply(this.cursor, () => {
      this.stroke = { last: this.cursor!, pan: false };
      this.map!.begin();
      this.line(this.cursor!, this.cursor!);
    });
  };

  /** Uses the tool at a point; a stroke goes on until the pointer is lifted. */
  private apply(point: Point, stroke: () => void): void {
    switch (this.tool) {
      case 'polygon':
        this.corners.push(point);
        this.redraw();
        break;
      case 'fill':
        this.step((map) => map.fill(point, this.current, this.similar()));
        break;
      default:
        stroke();
    }
  }

  private move = (event: PointerEvent): void => {
    if (!this.task || !this.map) return;
    if (this.stroke?.pan) {
      this.viewport.pan(event.offsetX - this.stroke.last.x, event.offsetY - this.stroke.last.y);
      this.stroke.last = { x: event.offsetX, y: event.offsetY };
      this.moved = true;
    } else if (this.stroke) {
      const together = event.getCoalescedEvents?.() ?? [];
      for (const each of together.length > 0 ? together : [event]) {
        const to = this.at(each);
        this.line(this.stroke.last, to);
        this.stroke.last = to;
      }
    }
    this.cursor = this.at(event);
    this.redraw();
  };

  private line(from: Point, to: Point): void {
    const id = this.tool === 'eraser' ? this.map!.ignore : this.current;
    this.changed(this.map!.stroke(from, to, this.radius, id), false);
  }

  private up = (): void => {
    if (this.stroke && !this.stroke.pan) {
      this.map!.end();
      this.dispatchEvent(new CustomEvent('painted'));
    }
    this.stroke = null;
  };

  private leave = (): void => {
    if (!this.stroke) this.cursor = null;
    this.redraw();
  };

  private wheel = (event: WheelEvent): void => {
    event.preventDefault();
    this.zoom(Math.exp(-event.deltaY / 400), { x: event.offsetX, y: event.offsetY });
  };

  /** Painting with the keyboard alone. */
  private key = (event: KeyboardEvent): void => {
    if (!this.map || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = event.shiftKey ? 1 : Math.max(1, this.radius);
    const by = {
      ArrowLeft: { x: -step, y: 0 },
      ArrowRight: { x: step, y: 0 },
      ArrowUp: { x: 0, y: -step },
      ArrowDown: { x: 0, y: step },
    }[event.key];
    const from = this.cursor ?? { x: this.map.width / 2, y: this.map.height / 2 };
    if (by) {
      this.cursor = {
        x: Math.min(this.map.width, Math.max(0, from.x + by.x)),
        y: Math.min(this.map.height, Math.max(0, from.y + by.y)),
      };
    } else if (event.key === ' ') {
      this.cursor = from;
      this.apply(from, () =>
        this.step((map) =>
          map.stroke(from, from, this.radius, this.tool === 'eraser' ? map.ignore : this.current)));
    } else if (event.key === '+' || event.key === '-') {
      this.zoom(event.key === '+' ? 1.25 : 0.8);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    this.redraw();
  };

  /** Neighbours belong together unless there is an edge in the image between them. */
  private similar(): (a: number, b: number) => boolean {
    const { region, image } = this.task!;
    if (!this.photo) {
      const canvas = new OffscreenCanvas(region.width, region.height);
      const context = canvas.getContext('2d', { willReadFrequently: true })!;
      context.drawImage(image, -region.x, -region.y);
      this.photo = context.getImageData(0, 0, region.width, region.height).data;
    }
    const photo = this.photo;
    return (a, b) =>
      Math.abs(photo[4 * a] - photo[4 * b]) +
        Math.abs(photo[4 * a + 1] - photo[4 * b + 1]) +
        Math.abs(photo[4 * a + 2] - photo[4 * b + 2]) < EDGE;
  }

  private redraw(): void {
    if (this.frame === 0) {
      this.frame = requestAnimationFrame(() => {
        this.frame = 0;
        this.draw();
      });
    }
  }

  private draw(): void {
    const context = this.canvas?.getContext('2d');
    if (!context) return;
    const dense = devicePixelRatio;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    if (!this.task || !this.map) return;
    const { region, image } = this.task;
    const { scale } = this.viewport;
    const origin = this.viewport.toScreen({ x: 0, y: 0 });
    context.setTransform(dense * scale, 0, 0, dense * scale, dense * origin.x, dense * origin.y);
    context.imageSmoothingEnabled = scale < 2;
    context.drawImage(image, 0, 0);
    if (this.heat) {
      context.globalAlpha = 0.7;
      context.drawImage(this.heat, 0, 0, image.width, image.height);
      context.globalAlpha = 1;
    }
    this.dimSurroundings(context);
    context.imageSmoothingEnabled = false;
    context.globalAlpha = this.opacity;
    context.drawImage(this.overlay, region.x, region.y);
    context.globalAlpha = 1;
    const thin = 1 / scale;
    outline(context, thin, () => context.rect(region.x, region.y, region.width, region.height));
    this.drawPolygon(context, thin);
    this.drawCursor(context, thin);
  }

  private dimSurroundings(context: CanvasRenderingContext2D): void {
    const { region, image } = this.task!;
    context.fillStyle = 'rgb(0 0 0 / 60%)';
    context.beginPath();
    context.rect(0, 0, image.width, image.height);
    context.rect(region.x, region.y, region.width, region.height);
    context.fill('evenodd');
  }

  private drawPolygon(context: CanvasRenderingContext2D, thin: number): void {
    if (this.corners.length === 0) return;
    const { region } = this.task!;
    outline(context, thin, () => {
      for (const [i, each] of [...this.corners, ...(this.cursor ? [this.cursor] : [])].entries()) {
        if (i === 0) context.moveTo(region.x + each.x, region.y + each.y);
        else context.lineTo(region.x + each.x, region.y + each.y);
      }
    });
  }

  private drawCursor(context: CanvasRenderingContext2D, thin: number): void {
    if (!this.cursor || this.tool === 'pan') return;
    const { region } = this.task!;
    const round = this.tool === 'brush' || this.tool === 'eraser';
    const radius = round ? this.radius : 3 * thin;
    const { x, y } = this.cursor;
    outline(context, thin, () => context.arc(region.x + x, region.y + y, radius, 0, 2 * Math.PI));
  }
}

/** Draws a line that can be seen on every ground: white on black. */
function outline(context: CanvasRenderingContext2D, thin: number, path: () => void): void {
  context.beginPath();
  path();
  context.strokeStyle = 'black';
  context.lineWidth = 3 * thin;
  context.stroke();
  context.strokeStyle = 'white';
  context.lineWidth = thin;
  context.stroke();
}
