import { LitElement, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { api, ServiceError } from '../service/api';
import type { Campaign } from '../service/types';

const numbers = new Intl.NumberFormat();

/** All campaigns and their progress; asks again by itself. */
@customElement('campaign-list')
export class CampaignList extends LitElement {
  @state() private campaigns: Campaign[] | null = null;
  @state() private failure: string | null = null;
  private timer = 0;

  protected override createRenderRoot() {
    return this;
  }

  override connectedCallback() {
    super.connectedCallback();
    void this.refresh();
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  private async refresh(): Promise<void> {
    clearTimeout(this.timer);
    try {
      this.campaigns = await api.campaigns();
      this.failure = null;
    } catch (failure) {
      if (failure instanceof ServiceError && failure.status === 401) {
        this.dispatchEvent(new CustomEvent('signed-out', { bubbles: true }));
        return;
      }
      this.failure = failure instanceof Error ? failure.message : String(failure);
    }
    const scoring = this.campaigns?.some((each) => /QUEUED|RUNNING/.test(each.scoring?.state ?? ''));
    if (this.isConnected) {
      this.timer = setTimeout(() => void this.refresh(), scoring ? 1000 : 10_000) as unknown as number;
    }
  }

  override render() {
    return html`<main class="page">
      <div class="row"><h1>Campaigns</h1><a class="button primary" href="#/new">New campaign</a></div>
      ${this.failure ? html`<p class="bad" role="alert">${this.failure}</p>` : nothing}
      ${this.campaigns === null && !this.failure ? html`<p class="soft">Loading …</p>` : nothing}
      ${this.campaigns?.length === 0 ? html`<section class="panel"><h2>No campaigns yet</h2>
        <p>A campaign is a pool of images, a grid of regions, a class map and a budget. With a model, the regions that
        it is least certain about come first; without one, the first regions are spread over the pool.</p></section>` : nothing}
      ${this.campaigns?.map((each) => this.renderCampaign(each))}
    </main>`;
  }

  private renderCampaign(campaign: Campaign) {
    const { progress, scoring } = campaign;
    const facts: [string, string | undefined][] = [
      ['Pool', campaign.pool],
      ['Images', `${numbers.format(progress.scoredImages)} of ${numbers.format(progress.images)} scored`],
      ['Grid', campaign.grid],
      ['Strategy', campaign.strategy],
      ['Model', scoring?.model === 'none' ? 'none yet: the first regions are spread over the pool' : scoring?.model],
      ['Failed', scoring?.error],
      ['Created', new Date(campaign.created).toLocaleString()],
    ];
    const open = !campaign.closed && progress.remaining > 0;
    // A label that was sent back is leased, even in a closed campaign.
    const ready = progress.regions > 0 && (open || progress.leased > 0);
    return html`<article class="panel">
      <div class="row"><h2>${campaign.name}</h2><span class="soft">${words(campaign)}</span></div>
      <progress max=${Math.max(1, progress.budget)} value=${progress.labelled}
        aria-label="${progress.labelled} of ${progress.budget} regions of the budget are labelled"></progress>
      <p class="counts">${numbers.format(progress.labelled)} labelled · ${numbers.format(progress.leased)} leased ·
        ${numbers.format(progress.remaining)} remaining · ${numbers.format(progress.skipped)} skipped</p>
      <ul class="swatches" aria-label="Classes">${campaign.classes.classes.map((each) =>
        html`<li><i .style=${`background:${each.color}`}></i>${each.name}</li>`)}</ul>
      <details><summary>Details</summary><dl>${facts.map(([name, value]) =>
        value ? html`<dt>${name}</dt><dd>${value}</dd>` : nothing)}</dl></details>
      <div class="actions">
        ${ready ? html`<a class="button primary" href="#/campaigns/${encodeURIComponent(campaign.id)}/label">Label</a>` : nothing}
        <a class="button" href="#/campaigns/${encodeURIComponent(campaign.id)}/progress">Progress</a>
        <a class="button" href="#/campaigns/${encodeURIComponent(campaign.id)}/pool">Pool</a>
        ${campaign.closed ? nothing : html`<button type="button" @click=${() => this.close(campaign)}>Close</button>`}
        <button type="button" aria-label="Delete ${campaign.name}" @click=${() => this.erase(campaign)}>Delete</button>
      </div>
    </article>`;
  }

  private async close(campaign: Campaign): Promise<void> {
    if (confirm(`Close "${campaign.name}"? It hands out no more regions; what is leased can still be labelled.`)) {
      await this.attempt(() => api.close(campaign.id));
    }
  }

  private async erase(campaign: Campaign): Promise<void> {
    const { labelled } = campaign.progress;
    if (confirm(`Delete "${campaign.name}" for ever, with ${labelled === 1 ? 'its label' : `its ${numbers.format(labelled)} labels`},`
      + ' their history and its rounds? Images and models are kept.')) {
      await this.attempt(() => api.remove(campaign.id));
    }
  }

  private async attempt(action: () => Promise<unknown>): Promise<void> {
    let failed: string | null = null;
    try {
      await action();
    } catch (failure) {
      failed = failure instanceof Error ? failure.message : String(failure);
    }
    await this.refresh();
    this.failure ??= failed;
  }
}

function words({ closed, scoring, progress }: Campaign): string {
  if (closed) return 'closed';
  if (!scoring) return 'not scored yet';
  switch (scoring.state) {
    case 'QUEUED':
      return 'waits to be scored';
    case 'RUNNING':
      return `scoring ${numbers.format(scoring.done)} of ${numbers.format(scoring.total)} images`;
    case 'FAILED':
      return 'scoring failed';
    case 'CANCELLED':
      return 'scoring was cancelled';
    default:
      return progress.remaining === 0 ? 'budget spent' : 'ready';
  }
}
