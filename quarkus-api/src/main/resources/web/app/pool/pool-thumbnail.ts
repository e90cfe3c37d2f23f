import { LitElement, html } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { api } from '../service/api';

const AT_ONCE = 4;
const KEPT = 400;

/** Thumbnails that were shown, so that scrolling back asks for nothing; the oldest go first. */
const known = new Map<string, string>();
/** Those that wait, the newest last, which is fetched first: it is what is on screen now. */
let waiting: PoolThumbnail[] = [];
let running = 0;

function next(): void {
  while (running < AT_ONCE && waiting.length > 0) {
    const thumbnail = waiting.pop()!;
    running++;
    void thumbnail.load().finally(() => {
      running--;
      next();
    });
  }
}

/** A small picture of an image, fetched with the key of this person. */
@customElement('pool-thumbnail')
export class PoolThumbnail extends LitElement {
  @property() link = '';
  @state() private source = '';
  @state() private failed = false;
  private shown = '';
  private controller: AbortController | null = null;

  protected override createRenderRoot() {
    return this;
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    this.stop();
  }

  override connectedCallback() {
    super.connectedCallback();
    this.start();
  }

  override willUpdate() {
    if (this.link !== this.shown) this.start();
  }

  override render() {
    return this.source ? html`<img src=${this.source} alt="" decoding="async">`
      : html`<span class="soft">${this.failed ? 'no picture' : ''}</span>`;
  }

  private start(): void {
    this.stop();
    this.shown = this.link;
    this.failed = false;
    this.source = known.get(this.link) ?? '';
    if (!this.source && this.link) {
      waiting.push(this);
      // What is passed over while scrolling fast is not fetched.
      setTimeout(next, 80);
    }
  }

  private stop(): void {
    waiting = waiting.filter((each) => each !== this);
    this.controller?.abort();
    this.controller = null;
  }

  async load(): Promise<void> {
    const link = this.link;
    const controller = new AbortController();
    this.controller = controller;
    try {
      const source = URL.createObjectURL(await api.picture(link, controller.signal));
      known.set(link, source);
      if (known.size > KEPT) {
        const [oldest, address] = known.entries().next().value!;
        known.delete(oldest);
        URL.revokeObjectURL(address);
      }
      if (this.link === link) this.source = source;
    } catch {
      if (!controller.signal.aborted && this.link === link) this.failed = true;
    }
  }
}
