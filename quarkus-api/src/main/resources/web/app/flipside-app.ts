import { LitElement, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import './campaigns/campaign-form';
import './campaigns/campaign-list';
import './label/label-view';
import './models/models-view';
import './pool/pool-view';
import './progress/progress-view';
import { signIn, signedIn, signOut } from './service/api';

/** The page: its header, the view that the address names, and the sign-in. */
@customElement('flipside-app')
export class FlipsideApp extends LitElement {
  @state() private route = location.hash;
  @state() private locked = false;
  @state() private wrongKey = false;

  protected override createRenderRoot() {
    return this;
  }

  override connectedCallback() {
    super.connectedCallback();
    addEventListener('hashchange', () => { this.route = location.hash; });
    this.addEventListener('signed-out', () => {
      this.wrongKey = signedIn();
      signOut();
      this.locked = true;
    });
  }

  override render() {
    const [, id, view, part] = (/^#\/campaigns\/([^/]+)\/(label|pool|progress)(?:\/([^/]+))?$/.exec(this.route) ?? [])
      .map((each) => decodeURIComponent(each ?? ''));
    return html`
      <header class="bar"><a class="brand" href="#/">Flipside</a>
        <nav aria-label="Service"><a href="#/models">Models</a><a href="/q/swagger-ui">API</a><a href="/q/health">Health</a></nav></header>
      ${this.locked ? this.renderSignIn() : view === 'label'
        ? html`<label-view .campaignId=${id} .regionId=${part}></label-view>` : view === 'progress'
        ? html`<progress-view .campaignId=${id}></progress-view>` : view === 'pool'
        ? html`<pool-view .campaignId=${id} .imageId=${part}></pool-view>`
        : this.route === '#/new' ? html`<campaign-form></campaign-form>` : this.route === '#/models' ? html`<models-view></models-view>` : html`<campaign-list></campaign-list>`}`;
  }

  private renderSignIn() {
    return html`<main class="page"><form class="panel" @submit=${this.unlock}>
      <h1>API key</h1>
      <p class="soft">This service requires an API key. It is kept in this browser tab only.</p>
      ${this.wrongKey ? html`<p class="bad" role="alert">The service does not know this key.</p>` : nothing}
      <label>Key <input name="key" type="password" autocomplete="off" required></label>
      <div class="actions"><button class="primary">Continue</button></div>
    </form></main>`;
  }

  private unlock = (event: SubmitEvent): void => {
    event.preventDefault();
    signIn(String(new FormData(event.target as HTMLFormElement).get('key')));
    this.locked = false;
  };
}
