import { LitElement, html, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { api, ServiceError } from '../service/api';
import type { Campaign, SegmentationClass } from '../service/types';
import { ClassMap } from './class-map';
import { Drafts } from './drafts';
import './label-canvas';
import type { LabelCanvas, Tool } from './label-canvas';
import { encodeLabel } from './png';
import { Correction } from './correction';
import { WorkQueue, type Task, type TaskSource } from './work-queue';

const TOOLS: { tool: Tool; key: string; name: string }[] = [
  { tool: 'brush', key: 'b', name: 'Brush' },
  { tool: 'eraser', key: 'e', name: 'Eraser' },
  { tool: 'polygon', key: 'p', name: 'Polygon' },
  { tool: 'fill', key: 'f', name: 'Fill' },
  { tool: 'pan', key: 'm', name: 'Move' },
];

const ENDS = {
  none: 'All regions of this selection are done.',
  'no-free-region': 'No region is free: all are labelled, skipped or leased to others.',
  'budget-spent': 'The budget of the campaign is spent.',
  closed: 'The campaign is closed.',
};

/** One region after the other: correct what the model predicts, submit, next. */
@customElement('label-view')
export class LabelView extends LitElement {
  @property() campaignId = '';
  /** The labelled region to correct, or empty to label what is asked for. */
  @property() regionId = '';
  @state() private campaign: Campaign | null = null;
  @state() private task: Task | null = null;
  @state() private end: string | null = null;
  @state() private message: { text: string; bad: boolean } | null = null;
  @state() private busy = false;
  @state() private tool: Tool = 'brush';
  @state() private current = 0;
  @state() private radius = 0;
  @state() private opacity = 0.55;
  @state() private heat: ImageBitmap | null = null;
  @state() private painted = 0;
  @state() private help = false;
  @state() private training = '';
  @query('label-canvas') private canvas!: LabelCanvas;
  private map: ClassMap | null = null;
  private queue!: TaskSource;
  private drafts!: Drafts;
  private readonly onKey = (event: KeyboardEvent) => this.key(event);

  protected override createRenderRoot() {
    return this;
  }

  override async connectedCallback() {
    super.connectedCallback();
    addEventListener('keydown', this.onKey);
    this.drafts = new Drafts(this.campaignId);
    this.queue = this.regionId ? new Correction(this.campaignId, this.regionId)
      : new WorkQueue(this.campaignId, (why) =>
        this.tell(`${why} Your draft is kept; submitting asks for the region again.`, true));
    await this.attempt(async () => {
      this.campaign = await api.campaign(this.campaignId);
      await this.updateComplete;
      await this.advance();
    });
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener('keydown', this.onKey);
    this.queue.close();
  }

  override render() {
    if (!this.campaign) {
      return html`<main class="page"><p role="status">${this.message?.text ?? 'Loading …'}</p></main>`;
    }
    return html`<main class="label">
      <label-canvas .classes=${this.campaign.classes.classes} .tool=${this.tool}
        .current=${this.current} .radius=${this.radius} .opacity=${this.opacity} .heat=${this.heat}
        @painted=${this.keep}></label-canvas>
      <aside aria-label="Tools">
        ${this.renderProgress()}
        ${this.end ? this.renderEnd() : html`
          ${this.renderTools()} ${this.renderPalette()} ${this.renderActions()}`}
        <p class="message ${this.message?.bad ? 'bad' : ''}" role="status">${this.message?.text ?? ''}</p>
        ${this.help ? this.renderHelp() : nothing}
      </aside>
    </main>`;
  }

  private renderProgress() {
    const { progress, name } = this.campaign!;
    const region = this.task?.region;
    return html`<header>
      <h1><a href="#/">${name}</a></h1>
      <progress max=${Math.max(1, progress.budget)} value=${progress.labelled}
        aria-label="Labelled regions of the budget"></progress>
      <p class="soft">${progress.labelled} of ${progress.budget} labelled${region
        ? html`<br><span class="name">${region.image}</span>, row ${region.row + 1}, column ${region.col + 1},
            ${this.task!.note ? 'labelled before' : this.queue.ranked ? `score ${region.score.toPrecision(3)}` : 'one of the first, spread over the pool'}` : nothing}
        <br><a href="#/campaigns/${encodeURIComponent(this.campaignId)}/progress">Progress</a>, <a href="#/campaigns/${encodeURIComponent(this.campaignId)}/pool">Pool</a>${this.training ? html`: ${this.training}` : nothing}</p>
    </header>`;
  }

  private renderTools() {
    return html`<div class="tools" role="group" aria-label="Tool">
        ${TOOLS.map(({ tool, key, name }) => html`<button type="button" aria-pressed=${this.tool === tool}
          title="${name} (${key})" @click=${() => { this.tool = tool; }}>${name} <kbd>${key}</kbd></button>`)}
      </div>
      <label class="range">Size <input type="range" min="1" max="60" .value=${String(this.radius)}
        @input=${(e: Event) => { this.radius = Number((e.target as HTMLInputElement).value); }}></label>
      <label class="range">Opacity <input type="range" min="0" max="1" step="0.05" .value=${String(this.opacity)}
        @input=${(e: Event) => { this.opacity = Number((e.target as HTMLInputElement).value); }}></label>
      <div class="tools">
        <button type="button" ?disabled=${!this.map?.canUndo} @click=${this.undo}>Undo <kbd>z</kbd></button>
        <button type="button" ?disabled=${!this.map?.canRedo} @click=${this.redo}>Redo <kbd>y</kbd></button>
        <button type="button" @click=${this.whole} title="Give the whole region the current class">Whole <kbd>w</kbd></button>
        <button type="button" ?disabled=${!this.task?.prediction} @click=${this.predict}
          title="Start from what the model predicts">Predicted <kbd>a</kbd></button>
        <button type="button" aria-pressed=${this.heat !== null} @click=${this.toggleHeat}>Uncertainty <kbd>u</kbd></button>
        <button type="button" @click=${() => this.canvas.fit()}>Fit <kbd>0</kbd></button>
      </div>`;
  }

  private renderPalette() {
    return html`<div class="palette" role="radiogroup" aria-label="Class">
      ${this.entries().map(({ id, name, color }, i) => html`<button type="button" role="radio"
        aria-checked=${this.current === id} @click=${() => this.choose(id)}>
        <i .style=${`background:${color}`}></i><span>${name}</span>${i < 9 ? html`<kbd>${i + 1}</kbd>` : nothing}
      </button>`)}</div>`;
  }

  private renderActions() {
    const unpainted = this.painted < 1;
    return html`<div class="actions">
      <button type="button" class="primary" ?disabled=${this.busy || !this.task || this.painted === 0}
        @click=${this.submit}>Submit <kbd>Enter</kbd></button>
      <button type="button" ?disabled=${this.busy || this.queue.waiting < 2} @click=${() => this.turn(-1)}>Previous <kbd>←</kbd></button>
      <button type="button" ?disabled=${this.busy || this.queue.waiting < 2} @click=${() => this.turn(1)}>Next <kbd>→</kbd></button>
      <button type="button" ?disabled=${this.busy || !this.task || this.task.version !== null} @click=${this.skip}
        title="Never ask for this region again">Skip <kbd>s</kbd></button>
      <button type="button" aria-expanded=${this.help} @click=${() => { this.help = !this.help; }}>Keys <kbd>?</kbd></button>
    </div>
    <p class="soft">${unpainted && this.task
      ? `${Math.round(100 * (1 - this.painted))} % of the pixels have no class and count as ignored.` : ''}</p>`;
  }

  private renderEnd() {
    if (this.regionId) {
      const image = new Correction(this.campaignId, this.regionId).image;
      return html`<section class="panel"><h2>Correction</h2><p>${this.end}</p><div class="actions">
        <a class="button primary" href="#/campaigns/${encodeURIComponent(this.campaignId)}/pool/${image}">Back to the image</a></div></section>`;
    }
    return html`<section class="panel"><h2>Nothing to label now</h2><p>${this.end}</p>
      <div class="actions"><button type="button" class="primary" @click=${() => this.attempt(() => this.advance())}>Ask again</button>
      <a class="button" href="#/">Campaigns</a></div></section>`;
  }

  private renderHelp() {
    const keys: [string, string][] = [
      ['1 … 9', 'class'], ['i', 'ignore'], ['[ ]', 'brush size'], ['arrows, space', 'move the brush, paint'],
      ['p, then Enter', 'close the polygon'], ['Esc', 'drop the polygon'], ['wheel, + −', 'zoom'],
      ['right button', 'move the image'], ['h', 'hide the labels while held'],
    ];
    return html`<dl class="keys">${keys.map(([key, what]) => html`<dt><kbd>${key}</kbd></dt><dd>${what}</dd>`)}</dl>`;
  }

  private entries(): SegmentationClass[] {
    const { classes, ignoreIndex } = this.campaign!.classes;
    return [...classes, { id: ignoreIndex, name: 'ignore', color: 'transparent' }];
  }

  private choose(id: number): void {
    this.current = id;
    if (this.tool === 'eraser' || this.tool === 'pan') this.tool = 'brush';
  }

  /** Shows the next region, or why there is none. */
  private async advance(): Promise<void> {
    this.task = null;
    this.heat = null;
    const task = await this.queue.next();
    this.campaign = await api.campaign(this.campaignId);
    void this.follow();
    if (!task) {
      this.end = this.regionId ? 'The label is corrected.' : ENDS[this.queue.shortfall];
      return;
    }
    this.end = null;
    const { width, height, id } = task.region;
    this.map = new ClassMap(width, height, this.campaign.classes.ignoreIndex);
    const draft = this.drafts.load(id, width * height);
    const start = draft ?? task.label ?? task.prediction;
    if (start) this.map.ids.set(start);
    if (this.radius === 0) this.radius = Math.max(1, Math.round(Math.min(width, height) / 12));
    this.task = task;
    this.painted = this.map.painted;
    await this.updateComplete;
    this.canvas.open(task, this.map);
    this.canvas.querySelector('canvas')!.focus();
    this.tell([task.note ?? '', draft ? 'Your draft of this region is restored.' : ''].join(' ').trim(), false);
  }

  /** Says how far the model is; labelling does not wait for it. */
  private async follow(): Promise<void> {
    const last = (await api.rounds(this.campaignId).catch(() => [])).at(-1);
    if (!last) return;
    const { step, steps, miou } = last.training;
    this.training = last.state === 'running' ? `round ${last.number} trains, ${Math.round((100 * (step ?? 0)) / (steps || 1))} %`
      : miou === undefined ? `round ${last.number} ${last.state}` : `round ${last.number}, mIoU ${miou.toFixed(2)}`;
  }

  private submit = (): Promise<void> => this.attempt(async () => {
    if (!this.task || !this.map || this.map.painted === 0) return;
    const { region } = this.task;
    const png = await encodeLabel(this.map.ids, this.map.width, this.map.height);
    try {
      await api.label(region.links.label, png, this.task.version);
    } catch (failure) {
      if (!(failure instanceof ServiceError && (failure.status === 409 || failure.status === 412))) throw failure;
      // The lease has ended, or somebody else was faster. The draft comes back with its region.
      this.queue.reset();
      await this.advance();
      this.tell(`${failure.message}. What you painted is kept as a draft.`, true);
      return;
    }
    this.drafts.remove(region.id);
    this.queue.finish(region);
    await this.advance();
  });

  private skip = (): Promise<void> => this.attempt(async () => {
    if (!this.task || this.task.version !== null) return;
    await api.skip(this.task.region.links.skip);
    this.drafts.remove(this.task.region.id);
    this.queue.finish(this.task.region);
    await this.advance();
  });

  private turn(by: 1 | -1): Promise<void> {
    return this.attempt(async () => {
      if (this.task && this.queue.waiting > 1) {
        this.queue.turn(by);
        await this.advance();
      }
    });
  }

  /** Runs an action; what fails is shown, and what is painted stays. */
  private async attempt(action: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      await action();
    } catch (failure) {
      if (failure instanceof ServiceError && failure.status === 401) {
        this.dispatchEvent(new CustomEvent('signed-out', { bubbles: true }));
      }
      this.tell(failure instanceof Error ? failure.message : String(failure), true);
      if (!this.task) this.end ??= 'The next region could not be had.';
    } finally {
      this.busy = false;
    }
  }

  private tell(text: string, bad: boolean): void {
    this.message = { text, bad };
  }

  private keep = (): void => {
    if (!this.task || !this.map) return;
    this.painted = this.map.painted;
    this.drafts.save(this.task.region.id, this.map.ids);
    this.requestUpdate();
  };

  private undo = (): void => this.canvas.changed(this.map?.undo() ?? null);
  private redo = (): void => this.canvas.changed(this.map?.redo() ?? null);
  private whole = (): void => this.canvas.step((map) => map.replace(this.current));
  private predict = (): void => {
    const { prediction } = this.task ?? {};
    if (prediction) this.canvas.step((map) => map.replace(prediction));
  };

  private toggleHeat = (): Promise<void> => this.attempt(async () => {
    this.heat = this.heat || !this.task ? null : await api.image(this.task.region.links.uncertainty);
  });

  private key(event: KeyboardEvent): void {
    const typing = event.target instanceof HTMLInputElement;
    if (event.altKey || event.metaKey || (typing && event.key.startsWith('Arrow'))) return;
    const key = event.ctrlKey ? `ctrl+${event.key.toLowerCase()}` : event.key;
    const focused = event.target instanceof HTMLButtonElement || event.target instanceof HTMLAnchorElement;
    if (focused && (key === 'Enter' || key === ' ')) return;
    const classes = this.campaign ? this.entries() : [];
    const chosen = classes[Number(key) - 1];
    const tool = TOOLS.find((each) => each.key === key)?.tool;
    const action = ({
      z: this.undo, 'ctrl+z': this.undo, y: this.redo, Z: this.redo, 'ctrl+y': this.redo,
      w: this.whole, a: this.predict, u: () => void this.toggleHeat(), s: () => void this.skip(),
      '0': () => this.canvas.fit(), i: () => this.choose(this.campaign!.classes.ignoreIndex),
      '[': () => { this.radius = Math.max(1, Math.round(this.radius / 1.3)); },
      ']': () => { this.radius = Math.min(60, Math.ceil(this.radius * 1.3)); },
      n: () => void this.turn(1), ArrowRight: () => void this.turn(1), ArrowLeft: () => void this.turn(-1),
      '?': () => { this.help = !this.help; },
      Escape: () => this.canvas.cancel(),
      Enter: () => { if (this.tool === 'polygon' && this.canvas.polygonOpen) this.canvas.closePolygon(); else void this.submit(); },
      h: () => this.hide(),
    } as Record<string, () => void>)[key];
    if (!this.task || (!action && !tool && !(chosen && key >= '1'))) return;
    event.preventDefault();
    if (action) action();
    else if (tool) this.tool = tool;
    else this.choose(chosen.id);
  }

  /** Hides the labels until the key is released. */
  private hide(): void {
    const shown = this.opacity;
    if (shown === 0) return;
    this.opacity = 0;
    addEventListener('keyup', () => { this.opacity = shown; }, { once: true });
  }
}
