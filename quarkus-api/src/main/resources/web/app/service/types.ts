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

export interface AnnotatorCount {
  annotator: string;
  labelled: number;
  last: string;
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
