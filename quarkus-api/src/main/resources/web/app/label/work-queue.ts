import { api } from '../service/api';
import type { Region, Selection } from '../service/types';

/** A leased region with all that is needed to label it at once. */
export interface Task {
  region: Region;
  image: ImageBitmap;
  /** Class of each pixel of the region as the model predicts it, or null without a model. */
  prediction: Uint8Array | null;
  /** The label to begin with, where there was one already. */
  label: Uint8Array | null;
  /** The version of the label that is corrected, or null if the region is labelled. */
  version: string | null;
  /** Why the region is labelled again. */
  note: string | null;
}

/** Where the regions to label come from. */
export interface TaskSource {
  readonly shortfall: Selection['shortfall'];
  /** Whether a model ranked the regions; the first ones of a campaign without model are only spread. */
  readonly ranked: boolean;
  /** Number of regions at hand. */
  readonly waiting: number;
  /** Returns the next region, or null if none can be had; shortfall says why. */
  next(): Promise<Task | null>;
  finish(region: Region): void;
  /** Puts the first region last, or the last one first. */
  turn(by: 1 | -1): void;
  /** Forgets what is at hand, so that it is asked for again. */
  reset(): void;
  close(): void;
}

const REGIONS = 5;

/**
 * The regions that this person has leased. The next one is fetched while the current one is
 * painted, and leases are renewed after half of their time.
 */
export class WorkQueue implements TaskSource {
  shortfall: Selection['shortfall'] = 'none';
  ranked = true;
  private selection: Selection | null = null;
  private regions: Region[] = [];
  private readonly tasks = new Map<string, Promise<Task>>();
  private sentBack = new Set<string>();
  private timer = 0;

  constructor(private readonly campaign: string, private readonly lost: (why: string) => void) {}

  async next(): Promise<Task | null> {
    if (this.regions.length === 0) await this.select();
    const region = this.regions[0];
    if (!region) return null;
    const task = await this.fetch(region);
    if (this.regions.length > 1) void this.fetch(this.regions[1]).catch(() => undefined);
    return task;
  }

  finish(region: Region): void {
    this.regions = this.regions.filter((each) => each.id !== region.id);
    this.tasks.delete(region.id);
  }

  turn(by: 1 | -1): void {
    if (by === 1) this.regions.push(this.regions.shift()!);
    else this.regions.unshift(this.regions.pop()!);
  }

  get waiting(): number {
    return this.regions.length;
  }

  reset(): void {
    clearTimeout(this.timer);
    this.regions = [];
    this.tasks.clear();
  }

  close(): void {
    clearTimeout(this.timer);
  }

  /** Labels that were sent back to this person come first; their leases last for a week. */
  private async select(): Promise<void> {
    clearTimeout(this.timer);
    const back = (await api.selections(this.campaign)).filter((each) => each.strategy === 'sent-back');
    this.regions = back.flatMap((each) => each.regions);
    if (this.regions.length > 0) {
      this.sentBack = new Set(this.regions.map((each) => each.id));
      return;
    }
    this.sentBack.clear();
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
      task = load(region, this.sentBack.has(region.id));
      task.catch(() => this.tasks.delete(region.id));
      this.tasks.set(region.id, task);
    }
    return task;
  }
}

async function load(region: Region, sentBack: boolean): Promise<Task> {
  const [image, predicted, back] = await Promise.all([
    api.image(region.links.image),
    api.predicted(region.links.prediction).catch(() => null),
    sentBack ? lastLabel(region) : { label: null, note: null },
  ]);
  return { region, image, prediction: predicted && crop(predicted, region), version: null, ...back };
}

/** The label that was sent back, and the comment. */
async function lastLabel(region: Region): Promise<{ label: Uint8Array | null; note: string | null }> {
  const history = await api.history(region.links.label.replace(/\/label\?.*$/, '/history'));
  const event = history.filter((each) => each.event === 'sent-back').at(-1);
  const before = history.filter((each) => each.label && each.sequence < (event?.sequence ?? 0)).at(-1);
  const ids = before ? (await api.labelOf(before.label!)).ids : null;
  return { label: ids && red(ids), note: event ? `${event.actor} sent it back: ${event.comment}` : null };
}

/** Returns the class IDs that a picture has in its red channel. */
export function red(ids: ImageData): Uint8Array {
  return Uint8Array.from({ length: ids.width * ids.height }, (_, at) => ids.data[4 * at]);
}

export function crop(predicted: ImageData, region: Region): Uint8Array {
  const ids = new Uint8Array(region.width * region.height);
  for (let y = 0; y < region.height; y++) {
    for (let x = 0; x < region.width; x++) {
      const from = (region.y + y) * predicted.width + region.x + x;
      ids[y * region.width + x] = predicted.data[4 * from];
    }
  }
  return ids;
}
