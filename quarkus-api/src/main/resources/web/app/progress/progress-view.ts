import { LitElement, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { api, ServiceError } from '../service/api';
import type { Annotator, Campaign, Round } from '../service/types';
import { lineChart, type Series } from './line-chart';

const numbers = new Intl.NumberFormat();
const percent = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 1 });
const BUSY_MS = 2000;
const IDLE_MS = 5000;

/** What the labels of a campaign taught the model so far, and the training in progress. */
@customElement('progress-view')
export class ProgressView extends LitElement {
  @property() campaignId = '';
  @state() private campaign: Campaign | null = null;
  @state() private rounds: Round[] = [];
  @state() private annotators: Annotator[] = [];
  @state() private failure: string | null = null;
  private timer = 0;

  protected override createRenderRoot() {
    return this;
  }

  override connectedCallback() {
    super.connectedCallback();
    document.addEventListener('visibilitychange', this.shown);
    void this.refresh();
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    document.removeEventListener('visibilitychange', this.shown);
    clearTimeout(this.timer);
  }

  /** A page that nobody sees asks nothing; it asks at once when it is seen again. */
  private readonly shown = (): void => {
    clearTimeout(this.timer);
    if (!document.hidden) {
      void this.refresh();
    }
  };

  private async refresh(): Promise<void> {
    clearTimeout(this.timer);
    try {
      [this.campaign, this.rounds, this.annotators] = await Promise.all([
        api.campaign(this.campaignId), api.rounds(this.campaignId), api.annotators(this.campaignId)]);
      this.failure = null;
    } catch (failure) {
      if (failure instanceof ServiceError && failure.status === 401) {
        this.dispatchEvent(new CustomEvent('signed-out', { bubbles: true }));
        return;
      }
      this.failure = failure instanceof Error ? failure.message : String(failure);
    }
    clearTimeout(this.timer);
    if (this.isConnected && !document.hidden) {
      this.timer = setTimeout(() => void this.refresh(),
        this.running ? BUSY_MS : IDLE_MS) as unknown as number;
    }
  }

  private get running(): Round | undefined {
    return this.rounds.find((each) => each.state === 'running' || each.state === 'interrupted');
  }

  /** Completed rounds that were measured. */
  private get measured(): Round[] {
    return this.rounds.filter((each) => each.state === 'done' && each.training.miou !== undefined);
  }

  override render() {
    if (!this.campaign) {
      return html`<main class="page"><p role="status">${this.failure ?? 'Loading …'}</p></main>`;
    }
    const label = `#/campaigns/${encodeURIComponent(this.campaignId)}/label`;
    return html`<main class="page">
      <div class="row"><h1>${this.campaign.name}</h1>
        <div class="actions"><a class="button primary" href=${label}>Label</a><a class="button" href="#/campaigns/${encodeURIComponent(this.campaignId)}/pool">Pool</a><a class="button" href="#/">Campaigns</a></div></div>
      ${this.failure ? html`<p class="bad" role="alert">${this.failure}</p>` : nothing}
      ${this.renderFacts()}
      <div class="panels">${this.renderTraining()} ${this.renderHistory()}</div>
      <div class="panels">${this.renderClasses()} ${this.renderPeople()}</div>
    </main>`;
  }

  private renderFacts() {
    const { labelled, budget } = this.campaign!.progress;
    const { miou: last, previousMiou: before } = this.measured.at(-1)?.training ?? {};
    const change = last === undefined || before === undefined ? null : last - before;
    const facts: [string, string, string][] = [
      ['Labelled', numbers.format(labelled), `of ${numbers.format(budget)} regions, ${percent.format(labelled / Math.max(1, budget))}`],
      ['mIoU', last === undefined ? '–' : last.toFixed(3), change === null ? 'on held out regions'
        : `${change < 0 ? '−' : '+'}${Math.abs(change).toFixed(3)} against the model before`],
      ['Rounds', numbers.format(this.rounds.filter((each) => each.state === 'done').length), 'of training'],
    ];
    return html`<dl class="facts">${facts.map(([name, value, more]) =>
      html`<div class="panel"><dt>${name}</dt><dd><strong>${value}</strong> <span class="soft">${more}</span></dd></div>`)}</dl>`;
  }

  private renderTraining() {
    const round = this.running ?? this.rounds.at(-1);
    if (!round) {
      return html`<section class="panel"><h2>Training</h2>
        <p class="soft">Nothing is trained yet. An agent (<code>flipside studio</code> or <code>flipside agent</code>)
        begins when enough regions are labelled.</p></section>`;
    }
    const { training } = round;
    const steps = training.steps ?? 0;
    const losses = training.losses ?? [];
    const curve = (name: string, kind: Series['kind'], key: 'total' | 'crossEntropy' | 'consistency'): Series => ({
      name, kind, points: losses.map((each, i) => ({ x: i + 1, y: each[key] })) });
    return html`<section class="panel"><h2>Round ${round.number}</h2>
      <p role="status">${words(round)}</p>
      ${round.state === 'running' || round.state === 'interrupted' ? html`<progress max=${Math.max(1, steps)}
        value=${training.step ?? 0} aria-label="Steps of round ${round.number}"></progress>` : nothing}
      ${losses.length === 0 ? nothing : lineChart(
        [curve('total', 'one', 'total'), curve('cross-entropy', 'two', 'crossEntropy'), curve('self-consistency', 'three', 'consistency')],
        { x: 'epoch', y: 'loss', top: null, digits: 2 },
        `Loss by epoch, ${losses[0].total.toFixed(2)} to ${losses.at(-1)!.total.toFixed(2)}`)}
      ${training.trained === undefined ? nothing : html`<p class="soft">Trained on ${numbers.format(training.trained)} regions and on
        images without label; ${numbers.format(training.heldOut ?? 0)} regions only measure. ${training.split}.</p>`}
    </section>`;
  }

  private renderHistory() {
    const rounds = this.measured;
    return html`<section class="panel"><h2>mIoU by labelled regions</h2>
      ${rounds.length === 0 ? html`<p class="soft">Appears when the first round is complete.</p>` : lineChart(
        [{ name: 'model of the round', kind: 'one', points: rounds.map((each) => ({ x: each.training.labels!, y: each.training.miou! })) },
          { name: 'model before, on the same regions', kind: 'two', points: rounds.filter((each) => each.training.previousMiou !== undefined)
            .map((each) => ({ x: each.training.labels!, y: each.training.previousMiou! })) }],
        { x: 'labelled regions', y: 'mIoU', top: 1, digits: 2 },
        `mIoU by labelled regions: ${rounds.map((each) => `${each.training.labels} ${each.training.miou!.toFixed(3)}`).join(', ')}`)}
      ${rounds.length === 0 ? nothing : html`<p class="soft">Measured on the regions that are held out by then. They become
        more from round to round, so compare the two lines at one point: the gap is what the round gained.</p>`}
    </section>`;
  }

  private renderClasses() {
    const { classes } = this.campaign!.classes;
    const pixels = [...this.rounds].reverse().find((each) => each.training.pixels)?.training.pixels ?? [];
    const iou = this.measured.at(-1)?.training.iou ?? [];
    const all = pixels.reduce((a, b) => a + b, 0) || 1;
    return html`<section class="panel"><h2>Classes</h2>
      <div class="table" role="region" aria-label="Table of classes" tabindex="0"><table><thead><tr><th scope="col">Class</th><th scope="col">Labelled pixels</th><th scope="col">IoU</th></tr></thead>
      <tbody>${classes.map(({ id, name, color }) => html`<tr>
        <th scope="row"><i class="swatch" .style=${`background:${color}`}></i>${name}</th>
        <td><meter min="0" max="1" value=${(pixels[id] ?? 0) / all} aria-label="Share of ${name}"></meter>
          ${pixels[id] === undefined ? '–' : percent.format(pixels[id] / all)}</td>
        <td>${typeof iou[id] === 'number' ? iou[id]!.toFixed(3) : '–'}</td></tr>`)}</tbody></table></div>
    </section>`;
  }

  private renderPeople() {
    return html`<section class="panel"><h2>Annotators</h2>
      ${this.annotators.length === 0 ? html`<p class="soft">No region is labelled yet.</p>` : html`<div class="table" role="region" aria-label="Table of annotators" tabindex="0"><table>
        <thead><tr><th scope="col">Name</th><th scope="col">Labels</th><th scope="col">Corrected</th><th scope="col">Sent back</th><th scope="col">Time</th><th scope="col">Last</th></tr></thead>
        <tbody>${this.annotators.map((each) => html`<tr><th scope="row">${each.annotator}</th>
          <td>${numbers.format(each.labelled)}</td><td>${numbers.format(each.corrected)}</td><td>${numbers.format(each.sentBack)}</td>
          <td>${time(each.seconds)}</td><td>${new Date(each.last).toLocaleDateString()}</td></tr>`)}</tbody></table></div>`}
    </section>`;
  }
}

function words({ state: standing, training }: Round): string {
  switch (standing) {
    case 'running':
      return training.note === 'training' && training.steps
        ? `Training: step ${training.step} of ${training.steps}, ${time(training.secondsLeft ?? 0)} left.`
        : `Now: ${training.note || 'starting'}.`;
    case 'interrupted':
      return 'The agent stopped reporting. The round goes on when it, or another one, is started.';
    case 'failed':
      return `Failed: ${training.note ?? 'without a reason'}`;
    default:
      return training.miou === undefined ? 'Done. No region was held out to measure on.' : `Done: mIoU ${training.miou.toFixed(3)}.`;
  }
}

function time(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 90 ? `${whole} s` : `${Math.round(whole / 60)} min`;
}
