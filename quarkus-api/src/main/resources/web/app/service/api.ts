import type { Annotator, Campaign, Folder, ImageRegions, LabelEvent, Model, PoolPage, Round, Selection } from './types';

const KEY = 'flipside.key';

/** A request that the service refused, or that did not reach it (status 0). */
export class ServiceError extends Error {
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

export function signIn(key: string): void {
  sessionStorage.setItem(KEY, key);
}

export function signOut(): void {
  sessionStorage.removeItem(KEY);
}

export function signedIn(): boolean {
  return sessionStorage.getItem(KEY) !== null;
}

async function send(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  const key = sessionStorage.getItem(KEY);
  if (key) headers.set('X-Api-Key', key);
  let response: Response;
  try {
    response = await fetch(path, { ...init, headers });
  } catch (failure) {
    if (init.signal?.aborted) throw failure;
    throw new ServiceError(0, 'The service does not answer. Nothing is lost: try again.');
  }
  if (!response.ok) {
    const problem = await response.json().catch(() => ({}));
    throw new ServiceError(response.status, problem.detail ?? problem.title ?? response.statusText);
  }
  return response;
}

async function json<T>(path: string, init?: RequestInit): Promise<T> {
  return (await send(path, init)).json();
}

function post<T>(path: string, body: unknown, headers: Record<string, string> = {}): Promise<T> {
  return json(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

/** Returns the values of a picture as they are, without any conversion of colors. */
async function pixels(blob: Blob): Promise<ImageData> {
  const bitmap = await createImageBitmap(blob, { colorSpaceConversion: 'none' });
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, bitmap.width, bitmap.height);
}

export const api = {
  campaigns: async () => (await json<{ campaigns: Campaign[] }>('/api/campaigns')).campaigns,
  campaign: (id: string) => json<Campaign>(`/api/campaigns/${encodeURIComponent(id)}`),
  create: (request: Record<string, unknown>) => post<Campaign>('/api/campaigns', request),
  remove: (id: string) => send(`/api/campaigns/${encodeURIComponent(id)}`, { method: 'DELETE' }),
  close: (id: string) => send(`/api/campaigns/${encodeURIComponent(id)}/close`, { method: 'POST' }),
  rounds: async (id: string) =>
    (await json<{ rounds: Round[] }>(`/api/campaigns/${encodeURIComponent(id)}/rounds`)).rounds,
  annotators: async (id: string) =>
    (await json<{ annotators: Annotator[] }>(`/api/campaigns/${encodeURIComponent(id)}/labels/annotators`)).annotators,
  models: async () => (await json<{ models: Model[] }>('/api/models')).models,
  activate: (id: string) => send('/api/models/active', {
    method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ id }) }),
  rollBack: () => send('/api/models/active/rollback', { method: 'POST' }),
  folder: (path: string) => json<Folder>(`/api/folders?path=${encodeURIComponent(path)}`),

  /** Leases the next regions. A repeated call with one key takes them only once. */
  select: (campaign: string, k: number, idempotencyKey: string) =>
    post<Selection>(`/api/campaigns/${encodeURIComponent(campaign)}/selections`, { k }, {
      'Idempotency-Key': idempotencyKey,
      Prefer: 'wait=5',
    }),
  renew: (link: string) => post<Selection>(link, {}),
  /** The selections that this person holds. */
  selections: async (campaign: string) =>
    (await json<{ selections: Selection[] }>(`/api/campaigns/${encodeURIComponent(campaign)}/selections`)).selections,
  /** Labels a region; with a version, corrects the label of that version. */
  label: (link: string, png: Blob, version: string | null = null) =>
    send(link, { method: 'PUT', headers: { 'Content-Type': 'image/png', ...(version ? { 'If-Match': version } : {}) }, body: png }),
  skip: (link: string) => send(link, { method: 'POST' }),
  history: async (link: string) => (await json<{ events: LabelEvent[] }>(link)).events,
  sendBack: (link: string, comment: string) => post<unknown>(link, { comment }),
  reopen: (link: string, comment: string) => post<unknown>(link, { comment }),

  /** Lists images of the pool. The query has the names of the API. */
  images: (campaign: string, query: Record<string, string>, signal?: AbortSignal) =>
    json<PoolPage>(`/api/campaigns/${encodeURIComponent(campaign)}/images?${new URLSearchParams(query)}`, { signal }),
  regions: (campaign: string, image: string) =>
    json<ImageRegions>(`/api/campaigns/${encodeURIComponent(campaign)}/images/${encodeURIComponent(image)}/regions`),

  picture: async (link: string, signal?: AbortSignal) =>
    (await send(link, { headers: { Accept: 'image/webp,image/png' }, signal })).blob(),
  image: async (link: string) => createImageBitmap(await (await send(link)).blob()),

  /** Returns the class IDs of a label, one each in the red channel, and its version. */
  async labelOf(link: string): Promise<{ ids: ImageData; version: string | null }> {
    const response = await send(link, { cache: 'no-store' });
    return { ids: await pixels(await response.blob()), version: response.headers.get('ETag') };
  },

  /** Returns the class ID of each pixel that a model predicts, or null if no model has scored. */
  async predicted(link: string): Promise<ImageData | null> {
    try {
      return await pixels(await (await send(`${link}?ids=true`, { headers: { Accept: 'image/png' } })).blob());
    } catch (failure) {
      if (failure instanceof ServiceError && failure.status === 409) return null;
      throw failure;
    }
  },
};
