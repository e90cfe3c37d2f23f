import { LitElement, html, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { api, ServiceError } from '../service/api';
import { imageName } from '../service/image-name';
import type { Campaign, ImageRegion, ImageRegions, LabelEvent } from '../service/types';

const MODES = { labels: 'Labels', prediction: 'Prediction', uncertainty: 'Uncertainty', image: 'Image' };
type Mode = keyof typeof MODES;

const EVENTS: Record<LabelEvent['event'], string> = {
  labelled: 'labelled', imported: 'imported', corrected: 'corrected', skipped: 'skipped',
  'sent-back': 'sent back', reopened: 'reopened',
};

/** One image with its grid: scores, labels, prediction and uncertainty, and the history of a region. */
@customElement('image-dialog')
export class ImageDialog extends LitElement {
  @property({ attribute: false }) campaign!: Campaign;
  @property() imageId = '';
  /** Whether the scores come from a model. */
  @property({ type: Boolean }) ranked = false;
  @state() private mode: Mode = 'labels';
  @state() private image: ImageRegions | null = null;
  @state() private selected: string | null = null;
  @state() private history: LabelEvent[] = [];
  @state() private comment = '';
  @state() private failure: string | null = null;
  @state() private busy = false;
  @query('dialog') private dialog!: HTMLDialogElement;
  @query('canvas') private canvas!: HTMLCanvasElement;
  private opened = '';

  protected override createRenderRoot() {
    return this;
  }

  override firstUpdated() {
    this.dialog.showModal();
  }

  override updated() {
    if (this.opened !== this.imageId) {
      this.opened = this.imageId;
      this.selected = null;
      this.image = null;
      void this.reload();
    }
  }

  private get path(): string {
    return `/api/campaigns/${encodeURIComponent(this.campaign.id)}/images/${encodeURIComponent(this.imageId)}`;
  }

  private get region(): ImageRegion | undefined {
    return this.image?.regions.find((each) => each.id === this.selected);
  }

  /** Reads states and labels again. */
  private async reload(): Promise<void> {
    await this.attempt(async () => {
      const { imageId } = this;
      const image = await api.regions(this.campaign.id, imageId);
      if (imageId !== this.imageId) return;
      this.image = image;
      await this.updateComplete;
      await this.draw();
      if (this.region) this.history = await api.history(this.region.links.history);
    });
  }

  private async draw(): Promise<void> {
    const { imageId, mode, image } = this;
    if (!image) return;
    const suffix = mode === 'prediction' || mode === 'uncertainty' ? `/${mode}` : '';
    const picture = await api.image(`${this.path}${suffix}`);
    const outdated = () => imageId !== this.imageId || mode !== this.mode || image !== this.image;
    if (outdated()) return;
    this.canvas.width = image.width;
    this.canvas.height = image.height;
    const context = this.canvas.getContext('2d')!;
    context.drawImage(picture, 0, 0, image.width, image.height);
    if (mode !== 'labels') return;
    await Promise.all(image.regions.filter((each) => each.links.label).map(async (each) => {
      const { ids } = await api.labelOf(each.links.label!);
      if (!outdated()) this.paint(each, ids);
    }));
  }

  private paint(region: ImageRegion, ids: ImageData): void {
    const context = this.canvas.getContext('2d')!;
    const area = context.getImageData(region.x, region.y, ids.width, ids.height);
    const colors = new Map(this.campaign.classes.classes.map((each) => [each.id, parseInt(each.color.slice(1), 16)]));
    for (let at = 0; at < area.data.length; at += 4) {
      const color = colors.get(ids.data[at]);
      if (color === undefined) continue;
      for (let channel = 0; channel < 3; channel++) {
        const above = (color >> (16 - 8 * channel)) & 0xff;
        area.data[at + channel] += 0.6 * (above - area.data[at + channel]);
      }
    }
    context.putImageData(area, region.x, region.y);
  }

  private async attempt(action: () => Promise<void>): Promise<void> {
    this.busy = true;
    this.failure = null;
    try {
      await action();
    } catch (failure) {
      if (failure instanceof ServiceError && failure.status === 401) {
        this.dispatchEvent(new CustomEvent('signed-out', { bubbles: true }));
      }
      this.failure = failure instanceof Error ? failure.message : String(failure);
    } finally {
      this.busy = false;
    }
  }

  override render() {
    const name = imageName(this.imageId);
    return html`<dialog class="image" aria-label=${name} @close=${() => this.dispatchEvent(new CustomEvent('closed'))}
        @keydown=${this.key}>
      <header class="row"><h2>${name}</h2><div class="tools">
        <button type="button" @click=${() => this.turn(-1)}>Previous <kbd>p</kbd></button>
        <button type="button" @click=${() => this.turn(1)}>Next <kbd>n</kbd></button>
        <button type="button" @click=${() => this.dialog.close()}>Close <kbd>Esc</kbd></button></div></header>
      <div class="tools" role="group" aria-label="Shown over the image">${Object.entries(MODES).map(([mode, title]) =>
        html`<button type="button" aria-pressed=${this.mode === mode} @click=${() => this.show(mode as Mode)}>${title}</button>`)}
        <span class="soft" role="status">${this.busy ? 'Loading …' : ''}</span></div>
      ${this.failure ? html`<p class="bad" role="alert">${this.failure}</p>` : nothing}
      <div class="sides">
        <div class="picture" .style=${this.image ? `--ratio:${this.image.width}/${this.image.height}` : ''}>
          <canvas></canvas>
          ${this.image?.regions.map((each) => this.renderRegion(each, this.image!))}
        </div>
        <section aria-live="polite">${this.region ? this.renderSelected(this.region)
          : html`<p class="soft">Choose a region to see who labelled it, and its history.</p>`}</section>
      </div>
    </dialog>`;
  }

  private renderRegion(region: ImageRegion, image: ImageRegions) {
    const box = `left:${(100 * region.x) / image.width}%;top:${(100 * region.y) / image.height}%;`
      + `width:${(100 * region.width) / image.width}%;height:${(100 * region.height) / image.height}%`;
    const score = this.scoreOf(region);
    return html`<button type="button" class="region ${region.state.toLowerCase()}" .style=${box}
      aria-pressed=${this.selected === region.id} @click=${() => this.select(region)}
      aria-label="Row ${region.row + 1}, column ${region.col + 1}: ${standing(region)}${score ? `, score ${score}` : ''}">
      <span aria-hidden="true">${score}</span></button>`;
  }

  private scoreOf(region: ImageRegion): string {
    return this.ranked && region.score !== undefined ? region.score.toPrecision(3) : '';
  }

  private renderSelected(region: ImageRegion) {
    const score = this.scoreOf(region);
    return html`<h3>Row ${region.row + 1}, column ${region.col + 1}</h3>
      <p>${standing(region)}${score ? `, score ${score}` : ''}</p>
      ${this.renderActions(region)}
      <h3>History</h3>
      ${this.history.length === 0 ? html`<p class="soft">Nothing has happened to it yet.</p>` : html`<ol class="history">
        ${this.history.map((each) => html`<li><strong>${each.actor}</strong> ${EVENTS[each.event]}
          ${each.annotator && each.annotator !== each.actor ? html`(before: ${each.annotator})` : nothing}
          <time class="soft" datetime=${each.time}>${new Date(each.time).toLocaleString()}</time>
          ${each.comment ? html`<q>${each.comment}</q>` : nothing}</li>`)}</ol>`}`;
  }

  private renderActions({ id, links }: ImageRegion) {
    if (!links.reopen && !links.label) return nothing;
    return html`<form class="review" @submit=${(event: Event) => event.preventDefault()}>
      ${links.label ? html`<a class="button" href="#/campaigns/${encodeURIComponent(this.campaign.id)}/label/${encodeURIComponent(id)}">Correct</a>` : nothing}
      <label>Comment <textarea rows="2" maxlength="2000" .value=${this.comment}
        @input=${(event: Event) => { this.comment = (event.target as HTMLTextAreaElement).value; }}></textarea></label>
      <div class="actions">
        ${links.sendBack ? html`<button type="button" ?disabled=${this.busy || !this.comment.trim()}
          title="The annotator labels the region again" @click=${() => this.review(links.sendBack!, api.sendBack)}>Send back</button>` : nothing}
        ${links.reopen ? html`<button type="button" ?disabled=${this.busy}
          title="The region becomes free for everybody" @click=${() => this.review(links.reopen!, api.reopen)}>Reopen</button>` : nothing}
      </div></form>`;
  }

  private review(link: string, action: (link: string, comment: string) => Promise<unknown>): void {
    void this.attempt(async () => {
      await action(link, this.comment);
      this.comment = '';
      this.dispatchEvent(new CustomEvent('changed'));
      await this.reload();
    });
  }

  private show(mode: Mode): void {
    this.mode = mode;
    void this.attempt(() => this.draw());
  }

  private select(region: ImageRegion): void {
    this.selected = region.id;
    this.history = [];
    void this.attempt(async () => {
      const history = await api.history(region.links.history);
      if (this.selected === region.id) this.history = history;
    });
  }

  private turn(by: number): void {
    this.dispatchEvent(new CustomEvent('turn', { detail: by }));
  }

  private key(event: KeyboardEvent): void {
    event.stopPropagation();
    if (event.target instanceof HTMLTextAreaElement || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === 'n') this.turn(1);
    else if (event.key === 'p') this.turn(-1);
  }
}

function standing({ state, annotator }: ImageRegion): string {
  const words = { UNLABELLED: 'free', LEASED: 'leased to', LABELLED: 'labelled by', SKIPPED: 'skipped by' }[state];
  return state === 'UNLABELLED' ? words : `${words} ${annotator ?? 'somebody'}`;
}
