import type { PoolImage, PoolPage } from '../service/types';

const SIZE = 100;
const KEPT = 40;
const AT_ONCE = 2;

/**
 * The images of a list, fetched in pages as they are looked at. The pages asked for last come
 * first, and those that nobody looks at any more are not fetched.
 */
export class Pages {
  total = 0;
  strategy = '';
  private readonly pages = new Map<number, PoolImage[]>();
  private readonly running = new Map<number, AbortController>();
  private wanted: number[] = [];

  constructor(
    private readonly fetch: (offset: number, limit: number, signal: AbortSignal) => Promise<PoolPage>,
    private readonly arrived: () => void,
    private readonly failed: (failure: unknown) => void,
  ) {}

  /** Returns an image, or nothing until it is there. */
  get(at: number): PoolImage | undefined {
    return this.pages.get(Math.floor(at / SIZE))?.[at % SIZE];
  }

  /** Fetches what is missing of a range, and forgets what is far from it if there is much. */
  want(from: number, to: number): void {
    this.wanted = [];
    for (let page = Math.floor(from / SIZE); page * SIZE < Math.max(to, 1); page++) {
      if (!this.pages.has(page)) this.wanted.push(page);
    }
    for (const [page, controller] of this.running) {
      if (!this.wanted.includes(page)) {
        controller.abort();
        this.running.delete(page);
      }
    }
    const middle = (from + to) / 2 / SIZE;
    const far = [...this.pages.keys()].sort((a, b) => Math.abs(b - middle) - Math.abs(a - middle));
    for (const page of far.slice(0, Math.max(0, far.length - KEPT))) this.pages.delete(page);
    this.next();
  }

  /** Fetches again all that is shown. */
  refresh(from: number, to: number): void {
    this.close();
    this.pages.clear();
    this.want(from, to);
  }

  close(): void {
    for (const each of this.running.values()) each.abort();
    this.running.clear();
    this.wanted = [];
  }

  private next(): void {
    for (const page of this.wanted) {
      if (this.running.size >= AT_ONCE) return;
      if (!this.running.has(page)) void this.load(page);
    }
  }

  private async load(page: number): Promise<void> {
    const controller = new AbortController();
    this.running.set(page, controller);
    try {
      const { images, total, strategy } = await this.fetch(page * SIZE, SIZE, controller.signal);
      this.pages.set(page, images);
      this.total = total;
      this.strategy = strategy;
      this.wanted = this.wanted.filter((each) => each !== page);
      this.arrived();
    } catch (failure) {
      if (!controller.signal.aborted) {
        this.wanted = this.wanted.filter((each) => each !== page);
        this.failed(failure);
      }
    } finally {
      if (this.running.get(page) === controller) this.running.delete(page);
      this.next();
    }
  }
}
