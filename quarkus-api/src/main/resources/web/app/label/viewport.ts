import type { Point, Rect } from './class-map';

const MOST_ZOOM = 64;

/** Where on the screen the pixels of an image lie. Knows no DOM. */
export class Viewport {
  scale = 1;
  private left = 0;
  private top = 0;

  /** Shows an area of the image, with a margin of its surroundings, in a view of a size. */
  show(area: Rect, view: { width: number; height: number }, margin = 0.25): void {
    this.scale = Math.min(
      MOST_ZOOM,
      view.width / (area.width * (1 + 2 * margin)),
      view.height / (area.height * (1 + 2 * margin)));
    this.left = view.width / 2 - (area.x + area.width / 2) * this.scale;
    this.top = view.height / 2 - (area.y + area.height / 2) * this.scale;
  }

  toImage(screen: Point): Point {
    return { x: (screen.x - this.left) / this.scale, y: (screen.y - this.top) / this.scale };
  }

  toScreen(image: Point): Point {
    return { x: image.x * this.scale + this.left, y: image.y * this.scale + this.top };
  }

  pan(dx: number, dy: number): void {
    this.left += dx;
    this.top += dy;
  }

  /** Enlarges around a point of the screen, which stays where it is. */
  zoom(factor: number, around: Point): void {
    const fixed = this.toImage(around);
    this.scale = Math.min(MOST_ZOOM, Math.max(0.02, this.scale * factor));
    const moved = this.toScreen(fixed);
    this.pan(around.x - moved.x, around.y - moved.y);
  }
}
