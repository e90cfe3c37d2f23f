import { LitElement, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { api } from '../service/api';
import type { Folder, Model } from '../service/types';
import { classes } from './class-names';

/** Creates a campaign: folder of images, classes, regions, budget, model. */
@customElement('campaign-form')
export class CampaignForm extends LitElement {
  @state() private folder: Folder | null = null;
  @state() private models: Model[] = [];
  @state() private failure: string | null = null;
  @state() private busy = false;

  protected override createRenderRoot() {
    return this;
  }

  override connectedCallback() {
    super.connectedCallback();
    void this.browse('');
    api.models().then((models) => { this.models = models; }, () => undefined);
  }

  override render() {
    return html`<main class="page"><h1>New campaign</h1>
      <form class="panel" @submit=${this.submit}>
        <label>Name <input name="name" required maxlength="200" autocomplete="off"></label>
        <fieldset><legend>Images</legend>
          <label>Folder <input name="pool" required autocomplete="off" .value=${this.folder?.path || (this.folder?.images ? '.' : '')}
            @change=${(e: Event) => this.browse((e.target as HTMLInputElement).value)}></label>
          ${this.renderFolders()}
        </fieldset>
        <label>Classes <input name="classes" autocomplete="off" placeholder="road, sidewalk, car">
          <span class="soft">Names, separated by commas; or camvid, cityscapes. Empty: the classes of the model.</span></label>
        <label>Regions per image <input name="grid" value="4x4" pattern="[0-9]+x[0-9]+" title="ROWSxCOLUMNS, for example 4x4"></label>
        <label>Budget <input name="budget" type="number" min="1" placeholder="no limit"><span class="soft">regions</span></label>
        <label>Model <input name="model" autocomplete="off" list="models" placeholder="none yet">
          <span class="soft">Registered, or an ONNX file below a root. It ranks the regions and predicts them. Empty: the
          first regions are spread over the pool, and an agent can train a model on their labels.</span></label>
        <datalist id="models">${this.models.map((each) => html`<option value=${each.id}>${each.classes.length} classes</option>`)}</datalist>
        <label>Strategy <select name="strategy">${['flip-entropy', 'entropy', 'margin', 'least-confidence',
          'view-disagreement', 'random'].map((each) => html`<option>${each}</option>`)}</select></label>
        ${this.failure ? html`<p class="bad" role="alert">${this.failure}</p>` : nothing}
        <div class="actions"><button class="primary" ?disabled=${this.busy}>Create</button><a class="button" href="#/">Cancel</a></div>
      </form></main>`;
  }

  private renderFolders() {
    if (!this.folder) return nothing;
    const { path, folders, images } = this.folder;
    const parent = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
    return html`<p class="soft">${images} images here</p><ul class="folders">
      ${path === '' ? nothing : html`<li><button type="button" @click=${() => this.browse(parent)}>↑ up</button></li>`}
      ${folders.map((each) => html`<li><button type="button"
        @click=${() => this.browse(path === '' ? each : `${path}/${each}`)}>${each}/</button></li>`)}</ul>`;
  }

  private async browse(path: string): Promise<void> {
    try {
      this.folder = await api.folder(path);
      this.failure = null;
    } catch (failure) {
      this.failure = failure instanceof Error ? failure.message : String(failure);
    }
  }

  private submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const text = (name: string) => String(form.get(name) ?? '').trim();
    this.busy = true;
    try {
      await api.create({
        name: text('name'),
        pool: text('pool'),
        grid: text('grid'),
        strategy: text('strategy'),
        ...(text('model') ? { model: text('model') } : {}),
        ...(text('classes') ? { classes: classes(text('classes')) } : {}),
        ...(text('budget') ? { budget: Number(text('budget')) } : {}),
      });
      location.hash = '#/';
    } catch (failure) {
      this.failure = failure instanceof Error ? failure.message : String(failure);
    } finally {
      this.busy = false;
    }
  };
}
