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
  shortfall: 'none' | 'no-free-region' | 'budget-spent' | 'closed';
  regions: Region[];
  links: { self: string; renew: string };
}

export interface Folder {
  path: string;
  folders: string[];
  images: number;
}

export interface Model {
  id: string;
  name?: string;
  active?: boolean;
}
