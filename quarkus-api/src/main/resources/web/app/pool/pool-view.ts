import { LitElement, html, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { api, ServiceError } from '../service/api';
import type { Campaign, PoolImage } from '../service/types';
import { height, layout, move, place, visible, type Layout } from './gallery';
import './image-dialog';
import { Pages } from './pages';
import './pool-thumbnail';

const numbers = new Intl.NumberFormat();
const SORTS = { score: 'best score', name: 'name', state: 'state' };
const STATES: PoolImage['state'][] = ['labelled', 'leased', 'skipped', 'free'];

/** The images of a pool: a gallery of any length, and one image with its regions. */
@customElement('pool-view')
export class PoolView extends LitElement {
  @property() campaignId = '';
  /** The image that is open, or empty. */
  @property() imageId = '';
  @state() private campaign: Campaign | null = null;
  @state() private failure: string | null = null;
  @state() private sort: keyof typeof SORTS = 'score';
  @state() private states = new Set<PoolImage['state']>();
  @state() private range = { minScore: '', maxScore: '' };
  @state() private at: Layout = layout(600, 0);
  @state() private top = 0;
  @state() private active = 0;
  @query('.gallery') private gallery?: HTMLElement;
  private pages!: Pages;
  private resized?: ResizeObserver;
  private frame = 0;
  private loaded = false;

  protected override createRenderRoot() {
    return this;
  }

  override async connectedCallback() {
    super.connectedCallback();
    this.list();
    try {
      this.campaign = await api.campaign(this.campaignId);
    } catch (failure) {
      this.fail(failure);
    }
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    this.pages.close();
    this.resized?.disconnect();
    cancelAnimationFrame(this.frame);
  }

  override updated() {
    if (this.gallery && !this.resized) {
      this.resized = new ResizeObserver(() => this.measure());
      this.resized.observe(this.gallery);
    }
  }

  /** Asks for the list from its beginning. */
  private list(): void {
    this.pages?.close();
    this.loaded = false;
    const query: Record<string, string> = { sort: this.sort, state: [...this.states].join(',') };
    for (const [name, value] of Object.entries(this.range)) {
      if (value !== '') query[name] = value;
    }
    this.pages = new Pages(
      (offset, limit, signal) => api.images(this.campaignId, { ...query, offset: String(offset), limit: String(limit) }, signal),
      () => { this.loaded = true; this.failure = null; this.measure(); this.requestUpdate(); },
      (failure) => this.fail(failure));
    this.active = 0;
    this.top = 0;
    if (this.gallery) this.gallery.scrollTop = 0;
    this.pages.want(0, 1);
  }

  private fail(failure: unknown): void {
    if (failure instanceof ServiceError && failure.status === 401) {
      this.dispatchEvent(new CustomEvent('signed-out', { bubbles: true }));
    }
    this.failure = failure instanceof Error ? failure.message : String(failure);
  }

  private measure(): void {
    const inside = this.gallery?.querySelector<HTMLElement>('.cells');
    if (inside) this.at = layout(inside.clientWidth, this.pages.total);
    this.want();
  }

  private scrolled = (): void => {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => {
      this.top = this.gallery!.scrollTop;
      this.want();
    });
  };

  private shown(): [number, number] {
    return visible(this.at, this.top, this.gallery?.clientHeight ?? 0);
  }

  private want(): void {
    const [from, to] = this.shown();
    this.pages.want(from, to);
  }

  override render() {
    const campaign = `#/campaigns/${encodeURIComponent(this.campaignId)}`;
    return html`<main class="pool">
      <header>
        <div class="row"><h1>${this.campaign?.name ?? 'Pool'}</h1>
          <div class="actions"><a class="button primary" href="${campaign}/label">Label</a>
            <a class="button" href="${campaign}/progress">Progress</a><a class="button" href="#/">Campaigns</a></div></div>
        ${this.renderFilters()}
        ${this.failure ? html`<p class="bad" role="alert">${this.failure}</p>` : nothing}
      </header>
      <div class="gallery" @scroll=${this.scrolled}>
        <div class="cells" role="list" aria-label="Images" @keydown=${this.key}
          .style=${`height:${height(this.at)}px`}>${this.renderCells()}</div>
        ${this.loaded && this.pages.total === 0 ? html`<p class="soft">No image matches.</p>` : nothing}
      </div>
      ${this.imageId && this.campaign ? html`<image-dialog .campaign=${this.campaign} .imageId=${this.imageId}
        .ranked=${this.ranked} @changed=${this.changed} @turn=${this.turn} @closed=${this.closed}></image-dialog>` : nothing}
    </main>`;
  }

  /** Whether the scores come from a model. */
  private get ranked(): boolean {
    return !['spread', 'none', ''].includes(this.pages.strategy);
  }

  private renderFilters() {
    return html`<form class="filters" @submit=${(event: Event) => event.preventDefault()}>
      <label>Sort by <select @change=${(event: Event) => { this.sort = (event.target as HTMLSelectElement).value as keyof typeof SORTS; this.list(); }}>
        ${Object.entries(SORTS).map(([value, name]) => html`<option value=${value} ?selected=${this.sort === value}>${name}</option>`)}</select></label>
      <div class="tools" role="group" aria-label="Only images with">
        ${STATES.map((each) => html`<button type="button" aria-pressed=${this.states.has(each)}
          @click=${() => this.toggle(each)}>${each}</button>`)}</div>
      <label>Score from <input type="number" step="any" size="6" .value=${this.range.minScore}
        @change=${(event: Event) => this.limit('minScore', event)}></label>
      <label>to <input type="number" step="any" size="6" aria-label="Score to" .value=${this.range.maxScore}
        @change=${(event: Event) => this.limit('maxScore', event)}></label>
      <span class="soft" role="status">${this.loaded ? `${numbers.format(this.pages.total)} ${this.pages.total === 1 ? 'image' : 'images'}` : 'Loading …'}</span>
    </form>`;
  }

  private toggle(one: PoolImage['state']): void {
    if (!this.states.delete(one)) this.states.add(one);
    this.list();
    this.requestUpdate();
  }

  private limit(which: 'minScore' | 'maxScore', event: Event): void {
    this.range = { ...this.range, [which]: (event.target as HTMLInputElement).value };
    this.list();
  }

  private renderCells() {
    const [from, to] = this.shown();
    const cells = Array.from({ length: to - from }, (_, i) => from + i);
    return repeat(cells, (cell) => cell, (cell) => this.renderCell(cell));
  }

  private renderCell(cell: number) {
    const image = this.pages.get(cell);
    const { x, y } = place(this.at, cell);
    const box = `transform:translate(${x}px,${y}px);width:${this.at.cellWidth}px;height:${this.at.cellHeight}px`;
    return html`<div class="cell" role="listitem" aria-setsize=${this.at.total} aria-posinset=${cell + 1} .style=${box}>
      ${image ? html`<a href=${this.address(image.id)} data-cell=${cell} tabindex=${cell === this.active ? 0 : -1}
        @focus=${() => { this.active = cell; }}>
        <pool-thumbnail .link=${image.regions ? image.links.thumbnail : ''}></pool-thumbnail>
        <span class="name">${image.name}</span>
        <span class="soft">${image.score === undefined || !this.ranked ? '' : image.score.toPrecision(3)}
          <em class="state ${image.state}">${image.regions ? image.state : 'not scored'}</em></span></a>` : nothing}
    </div>`;
  }

  private address(image: string): string {
    return `#/campaigns/${encodeURIComponent(this.campaignId)}/pool${image ? `/${encodeURIComponent(image)}` : ''}`;
  }

  private key = (event: KeyboardEvent): void => {
    if (!/^(Arrow|Page|Home|End)/.test(event.key) || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    void this.focusCell(move(this.at, this.active, event.key, this.gallery!.clientHeight));
  };

  /** Scrolls to a cell and focuses it as soon as it is there. */
  private async focusCell(cell: number): Promise<void> {
    this.active = cell;
    const gallery = this.gallery!;
    const { y } = place(this.at, cell);
    const below = y + this.at.cellHeight + this.at.gap - gallery.clientHeight;
    if (y < gallery.scrollTop || below > gallery.scrollTop) {
      gallery.scrollTop = y < gallery.scrollTop ? y : below;
      this.top = gallery.scrollTop;
      this.want();
    }
    for (let tries = 0; tries < 40 && this.active === cell; tries++) {
      await this.updateComplete;
      const link = this.querySelector<HTMLElement>(`[data-cell="${cell}"]`);
      if (link) {
        link.focus({ preventScroll: true });
        return;
      }
      await new Promise((later) => setTimeout(later, 50));
    }
  }

  /** A label was sent back or a region reopened: states and figures are asked for again. */
  private changed = (): void => {
    this.pages.refresh(...this.shown());
  };

  /** Opens the image before or after the open one, in the order of the list. */
  private turn = async (event: CustomEvent<number>): Promise<void> => {
    const { imageId } = this;
    const to = this.find(imageId) + event.detail;
    if (to < 0 || to >= this.at.total) return;
    this.pages.want(to, to + 1);
    for (let tries = 0; tries < 100 && !this.pages.get(to); tries++) {
      await new Promise((later) => setTimeout(later, 50));
    }
    const image = this.pages.get(to);
    if (image && imageId === this.imageId) {
      this.active = to;
      location.hash = this.address(image.id);
    }
  };

  private find(image: string): number {
    for (const from of [Math.max(0, this.active - 100), 0]) {
      for (let at = from; at < Math.min(this.at.total, from + 300); at++) {
        if (this.pages.get(at)?.id === image) return at;
      }
    }
    return this.active;
  }

  /** Focuses the image that was open, which need not be the one that opened the dialog. */
  private closed = (): void => {
    const cell = this.find(this.imageId);
    location.hash = this.address('');
    void this.focusCell(cell);
  };
}
