import { api } from '../service/api';
import { imageName } from '../service/image-name';
import type { Region } from '../service/types';
import { crop, red, type Task, type TaskSource } from './work-queue';

/** The one labelled region that is corrected. */
export class Correction implements TaskSource {
  readonly shortfall = 'none';
  readonly ranked = true;
  private done = false;

  constructor(private readonly campaign: string, private readonly region: string) {}

  async next(): Promise<Task | null> {
    if (this.done) return null;
    const image = `/api/campaigns/${encodeURIComponent(this.campaign)}/images/${this.image}`;
    const { regions } = await api.regions(this.campaign, this.image);
    const found = regions.find((each) => each.id === this.region);
    if (!found) throw new Error('The image has no such region.');
    if (!found.links.label) throw new Error('The region has no label (any more).');
    const [picture, predicted, { ids, version }] = await Promise.all([
      api.image(image), api.predicted(`${image}/prediction`).catch(() => null), api.labelOf(found.links.label)]);
    const links = { image, uncertainty: `${image}/uncertainty`, prediction: `${image}/prediction`, label: found.links.label, skip: '' };
    const region: Region = { ...found, rank: 1, image: imageName(this.image), score: found.score ?? 0, links };
    return { region, image: picture, prediction: predicted && crop(predicted, region), label: red(ids), version,
      note: `This corrects the label of ${found.annotator}.` };
  }

  get waiting(): number {
    return this.done ? 0 : 1;
  }

  /** Id of the image of the region. */
  get image(): string {
    return this.region.split('.')[0];
  }

  finish(): void {
    this.done = true;
  }

  turn(): void {}

  reset(): void {}

  close(): void {}
}
