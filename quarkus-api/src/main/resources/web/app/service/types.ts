/** What the service answers; the fields that the page uses. See /q/openapi. */

export interface SegmentationClass {
  id: number;
  name: string;
  color: string;
}

export interface ClassList {
  classes: SegmentationClass[];
  ignoreIndex: number;
}

export interface Progress {
  images: number;
  scoredImages: number;
  regions: number;
  unlabelled: number;
  leased: number;
  labelled: number;
  skipped: number;
  budget: number;
  remaining: number;
}

export interface Job {
  id: string;
  state: 'QUEUED' | 'RUNNING' | 'DONE' | 'FAILED' | 'CANCELLED';
  done: number;
  total: number;
  model?: string;
  error?: string;
}

export interface Campaign {
  id: string;
  name: string;
  pool: string;
  grid: string;
  classes: ClassList;
  strategy: string;
  created: string;
  closed?: string;
  progress: Progress;
  scoring?: Job;
}

export interface Region {
  id: string;
  rank: number;
  image: string;
  row: number;
  col: number;
  y: number;
  x: number;
  height: number;
  width: number;
  score: number;
  links: { image: string; uncertainty: string; prediction: string; label: string; skip: string };
}

export interface Selection {
  id: string;
  expires: string;
  granted: string;
  strategy: string;
  shortfall: 'none' | 'no-free-region' | 'budget-spent' | 'closed';
  regions: Region[];
  links: { self: string; renew: string };
}

/** A round of training, as its agent reported it. */
export interface Round {
  number: number;
  agent: string;
  state: 'running' | 'interrupted' | 'done' | 'failed';
  started: string;
  reported: string;
  training: {
    labels?: number;
    trained?: number;
    heldOut?: number;
    split?: string;
    pixels?: number[];
    epoch?: number;
    epochs?: number;
    step?: number;
    steps?: number;
    secondsLeft?: number;
    losses?: { crossEntropy: number; consistency: number; total: number }[];
    note?: string;
    model?: string;
    miou?: number;
    previousMiou?: number;
    iou?: (number | null)[];
  };
}

/** What an annotator did in a campaign. */
export interface Annotator {
  annotator: string;
  labelled: number;
  corrected: number;
  skipped: number;
  sentBack: number;
  seconds: number;
  last: string;
}

export interface PoolImage {
  id: string;
  name: string;
  height?: number;
  width?: number;
  regions: number;
  score?: number;
  state: 'leased' | 'labelled' | 'skipped' | 'free';
  links: { image: string; thumbnail: string; uncertainty: string; prediction: string; regions: string };
}

/** A part of the images of a pool. */
export interface PoolPage {
  strategy: string;
  total: number;
  offset: number;
  images: PoolImage[];
}

export interface ImageRegion {
  id: string;
  row: number;
  col: number;
  y: number;
  x: number;
  height: number;
  width: number;
  score?: number;
  state: 'UNLABELLED' | 'LEASED' | 'LABELLED' | 'SKIPPED';
  annotator?: string;
  links: { history: string; label?: string; sendBack?: string; reopen?: string };
}

export interface ImageRegions {
  height: number;
  width: number;
  regions: ImageRegion[];
}

/** What happened to a region. */
export interface LabelEvent {
  sequence: number;
  event: 'labelled' | 'imported' | 'corrected' | 'skipped' | 'sent-back' | 'reopened';
  actor: string;
  annotator?: string;
  comment?: string;
  time: string;
  label?: string;
}

export interface Folder {
  path: string;
  folders: string[];
  images: number;
}

export interface Model {
  id: string;
  active: boolean;
  classes: string[];
  input: string;
  output: string;
  bytes: number;
  added: string;
  producer?: string;
}
