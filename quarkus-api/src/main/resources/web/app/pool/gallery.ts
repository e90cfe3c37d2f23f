/** Where the cells of a long gallery are; only those near the visible part are drawn. */
export interface Layout {
  columns: number;
  cellWidth: number;
  cellHeight: number;
  gap: number;
  total: number;
}

const CAPTION = 48;
const SMALLEST = 150;

export function layout(width: number, total: number, gap = 12): Layout {
  const columns = Math.max(2, Math.floor((width + gap) / (SMALLEST + gap)));
  const cellWidth = Math.floor((width - gap * (columns - 1)) / columns);
  return { columns, cellWidth, cellHeight: Math.round(cellWidth * 0.75) + CAPTION, gap, total };
}

/** Height of all rows. */
export function height({ columns, cellHeight, gap, total }: Layout): number {
  const rows = Math.ceil(total / columns);
  return rows === 0 ? 0 : rows * (cellHeight + gap) - gap;
}

/** First cell, and the one after the last, of the visible rows and some before and after. */
export function visible(at: Layout, top: number, viewport: number, more = 2): [number, number] {
  const row = at.cellHeight + at.gap;
  const first = Math.max(0, Math.floor(top / row) - more);
  const last = Math.ceil((top + viewport) / row) + more;
  return [Math.min(at.total, first * at.columns), Math.min(at.total, last * at.columns)];
}

export function place(at: Layout, cell: number): { x: number; y: number } {
  return {
    x: (cell % at.columns) * (at.cellWidth + at.gap),
    y: Math.floor(cell / at.columns) * (at.cellHeight + at.gap),
  };
}

/** Returns the cell that a key moves to. */
export function move(at: Layout, cell: number, key: string, viewport: number): number {
  const page = Math.max(1, Math.floor(viewport / (at.cellHeight + at.gap))) * at.columns;
  const by = ({ ArrowLeft: -1, ArrowRight: 1, ArrowUp: -at.columns, ArrowDown: at.columns,
    PageUp: -page, PageDown: page, Home: -at.total, End: at.total } as Record<string, number>)[key] ?? 0;
  return Math.max(0, Math.min(at.total - 1, cell + by));
}
