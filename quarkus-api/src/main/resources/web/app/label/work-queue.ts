import { api } from '../service/api';
import type { Region, Selection } from '../service/types';

/** A leased region with all that is needed to label it at once. */
export interface Task {
  region: Region;
  image: ImageBitmap;
  /** Class of each pixel of the region as the model predicts it, or null without a model. */
  prediction: Uint8Array | null;
}

const REGIONS = 5;

/**
 * The regions that this person has leased. The next one is fetched while the current one is
 * painted, and leases are renewed after half of their time.
 */
export class WorkQueue {
  shortfall: Selection['shortfall'] = 'none';
  /** Whether a model ranked the regions; the first ones of a campaign without model are only spread. */
  ranked = true;
  private selection: Selection | null = null;
  private regions: Region[] = [];
  private readonly tasks = new Map<string, Promise<Task>>();
  private timer = 0;

  constructor(private readonly campaign: string, private readonly lost: (why: string) => void) {}

  /** Returns the next region, or null if none can be had; shortfall says why. */
  async next(): Promise<Task | null> {
    if (this.regions.length === 0) await this.select();
    const region = this.regions[0];
    if (!region) return null;
    const task = await this.fetch(region);
    if (this.regions.length > 1) void this.fetch(this.regions[1]).catch(() => undefined);
    return task;
  }

  /** Removes a region that is labelled, skipped or lost. */
  finish(region: Region): void {
    this.regions = this.regions.filter((each) => each.id !== region.id);
    this.tasks.delete(region.id);
  }

  /** Puts the first region last, or the last one first. */
  turn(by: 1 | -1): void {
    if (by === 1) this.regions.push(this.regions.shift()!);
    else this.regions.unshift(this.regions.pop()!);
  }

  get waiting(): number {
    return this.regions.length;
  }

  /** Forgets the leases, so that the next region is asked for again. */
  reset(): void {
    clearTimeout(this.timer);
    this.regions = [];
    this.tasks.clear();
  }

  close(): void {
    clearTimeout(this.timer);
  }

  private async select(): Promise<void> {
    this.selection = await api.select(this.campaign, REGIONS, crypto.randomUUID());
    this.shortfall = this.selection.shortfall;
    this.ranked = this.selection.strategy !== 'spread';
    this.regions = [...this.selection.regions];
    this.renewLater();
  }

  private renewLater(): void {
    clearTimeout(this.timer);
    const selection = this.selection!;
    const lease = Date.parse(selection.expires) - Date.parse(selection.granted);
    const left = Date.parse(selection.expires) - Date.now();
    const wait = Math.max(1000, Math.min(left - lease / 2, 2 ** 31 - 1));
    this.timer = setTimeout(() => void this.renew(), wait) as unknown as number;
  }

  private async renew(): Promise<void> {
    if (this.regions.length === 0) return;
    try {
      const renewed = await api.renew(this.selection!.links.renew);
      this.selection = { ...renewed, granted: new Date().toISOString() };
      this.renewLater();
    } catch (failure) {
      this.lost(failure instanceof Error ? failure.message : String(failure));
    }
  }

  private fetch(region: Region): Promise<Task> {
    let task = this.tasks.get(region.id);
    if (!task) {
      task = load(region);
      task.catch(() => this.tasks.delete(region.id));
      this.tasks.set(region.id, task);
    }
    return task;
  }
}

async function load(region: Region): Promise<Task> {
  const [image, predicted] = await Promise.all([
    api.image(region.links.image),
    api.predicted(region.links.prediction).catch(() => null),
  ]);
  return { region, image, prediction: predicted && crop(predicted, region) };
}

function crop(predicted: ImageData, region: Region): Uint8Array {
  const ids = new Uint8Array(region.width * region.height);
  for (let y = 0; y < region.height; y++) {
    for (let x = 0; x < region.width; x++) {
      const from = (region.y + y) * predicted.width + region.x + x;
      ids[y * region.width + x] = predicted.data[4 * from];
    }
  }
  return ids;
}
