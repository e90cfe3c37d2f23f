import { html, svg, nothing, type TemplateResult } from 'lit';
import { ceiling, ticks } from './scale';

export interface Series {
  name: string;
  /** Class of the line in the style sheet: one, two or three. */
  kind: 'one' | 'two' | 'three';
  points: { x: number; y: number }[];
}

export interface Axes {
  x: string;
  y: string;
  /** Largest value of y, or null for that of the data. */
  top: number | null;
  digits: number;
}

const WIDTH = 560;
const HEIGHT = 240;
const LEFT = 52;
const RIGHT = 14;
const TOP = 12;
const BOTTOM = 46;

/** Draws lines as SVG. What it shows is said in the label, too, for those who cannot see it. */
export function lineChart(series: Series[], axes: Axes, label: string): TemplateResult {
  const points = series.flatMap((each) => each.points);
  const xs = points.map((each) => each.x);
  const [low, high] = [Math.min(...xs), Math.max(...xs)];
  const spread = high - low || 1;
  const top = axes.top ?? ceiling(Math.max(...points.map((each) => each.y)));
  const x = (value: number) =>
    high === low ? (LEFT + WIDTH - RIGHT) / 2 : LEFT + ((value - low) / spread) * (WIDTH - LEFT - RIGHT);
  const y = (value: number) => HEIGHT - BOTTOM - (Math.min(value, top) / top) * (HEIGHT - TOP - BOTTOM);
  const rows = [0, 0.25, 0.5, 0.75, 1].map((part) => part * top);
  return html`<svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${label}>
      ${rows.map((value) => svg`<line class="grid" x1=${LEFT} x2=${WIDTH - RIGHT} y1=${y(value)} y2=${y(value)} />
        <text class="tick" x=${LEFT - 6} y=${y(value) + 4} text-anchor="end">${value.toFixed(axes.digits)}</text>`)}
      ${ticks(xs).map((value) => svg`<text class="tick" x=${x(value)} y=${HEIGHT - BOTTOM + 18}
        text-anchor="middle">${value}</text>`)}
      <text class="tick" x=${(LEFT + WIDTH - RIGHT) / 2} y=${HEIGHT - 4} text-anchor="middle">${axes.x}</text>
      ${series.map((each) => svg`<polyline class="line ${each.kind}" points=${each.points
        .map((point) => `${x(point.x)},${y(point.y)}`).join(' ')} />
        ${each.points.length > 30 ? nothing : each.points.map((point) =>
          svg`<circle class="dot ${each.kind}" cx=${x(point.x)} cy=${y(point.y)} r="4">
            <title>${axes.x} ${point.x}: ${axes.y} ${point.y.toFixed(3)}</title></circle>`)}`)}
    </svg>
    ${series.length < 2 ? nothing : html`<ul class="legend">${series.map((each) =>
      html`<li><svg viewBox="0 0 24 8" aria-hidden="true"><line class="line ${each.kind}" x1="0" x2="24" y1="4" y2="4" /></svg>
        ${each.name}</li>`)}</ul>`}`;
}
