import { LitElement, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { api, ServiceError } from '../service/api';
import type { Model } from '../service/types';

const megabytes = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });

/** The registered models, newest first; new scorings use the active one unless they name another. */
@customElement('models-view')
export class ModelsView extends LitElement {
  @state() private models: Model[] | null = null;
  @state() private failure: string | null = null;
  @state() private busy = false;

  protected override createRenderRoot() {
    return this;
  }

  override connectedCallback() {
    super.connectedCallback();
    void this.attempt(async () => undefined);
  }

  override render() {
    return html`<main class="page">
      <div class="row"><h1>Models</h1><button type="button" ?disabled=${this.busy || !this.models?.some((each) => each.active)}
        @click=${() => this.attempt(() => api.rollBack())} title="Activate the model that was active before">Roll back</button></div>
      ${this.failure ? html`<p class="bad" role="alert">${this.failure}</p>` : nothing}
      ${this.models?.length === 0 ? html`<section class="panel"><h2>No models yet</h2>
        <p>An agent registers the model of each round; <code>flipside remote model</code> uploads others.</p></section>` : nothing}
      ${this.models?.map((each) => this.renderModel(each))}
    </main>`;
  }

  private renderModel(model: Model) {
    const facts: [string, string | undefined][] = [
      ['Added', new Date(model.added).toLocaleString()],
      ['Classes', `${model.classes.length}: ${model.classes.join(', ')}`],
      ['Size', `${megabytes.format(model.bytes / 2 ** 20)} MB`],
      ['Producer', model.producer],
      ['Input', model.input],
      ['Output', model.output],
    ];
    return html`<article class="panel">
      <div class="row"><h2 title=${model.id}>${model.id.slice(0, 23)}…</h2>${model.active ? html`<strong>active</strong>`
        : html`<button type="button" ?disabled=${this.busy} aria-label="Activate ${model.id.slice(0, 15)}"
            @click=${() => this.attempt(() => api.activate(model.id))}>Activate</button>`}</div>
      <dl>${facts.map(([name, value]) => value ? html`<dt>${name}</dt><dd>${value}</dd>` : nothing)}</dl>
    </article>`;
  }

  /** Runs an action, then shows how the models stand. */
  private async attempt(action: () => Promise<unknown>): Promise<void> {
    this.busy = true;
    try {
      await action();
      this.failure = null;
    } catch (failure) {
      this.fail(failure);
    }
    try {
      this.models = (await api.models()).sort((a, b) => b.added.localeCompare(a.added));
    } catch (failure) {
      this.fail(failure);
    } finally {
      this.busy = false;
    }
  }

  private fail(failure: unknown): void {
    if (failure instanceof ServiceError && failure.status === 401) {
      this.dispatchEvent(new CustomEvent('signed-out', { bubbles: true }));
    }
    this.failure = failure instanceof Error ? failure.message : String(failure);
  }
}
