/**
 * Undoes the filters of PNG scan lines in place (W3C PNG, section 9).
 *
 * `lines` holds `rows` lines of 1 + `lineBytes` bytes, the first of each naming its filter; `pixelBytes` is
 * the distance to the pixel on the left, at least 1. Returns false where a line names an unknown filter.
 */
export function undoFilters(lines: Uint8Array, rows: number, lineBytes: number, pixelBytes: number): boolean {
  for (let row = 0; row < rows; row++) {
    const start = row * (lineBytes + 1) + 1;
    const end = start + lineBytes;
    const above = row === 0 ? -1 : start - (lineBytes + 1);
    switch (lines[start - 1]) {
      case 0:
        break;
      case 1:
        for (let i = start + pixelBytes; i < end; i++) {
          lines[i] = (lines[i] as number) + (lines[i - pixelBytes] as number);
        }
        break;
      case 2:
        if (above >= 0) addAbove(lines, start, end, above);
        break;
      case 3:
        addAverage(lines, start, end, above, pixelBytes);
        break;
      case 4:
        addPaeth(lines, start, end, above, pixelBytes);
        break;
      default:
        return false;
    }
  }
  return true;
}

function addAbove(lines: Uint8Array, start: number, end: number, above: number): void {
  for (let i = start, j = above; i < end; i++, j++) lines[i] = (lines[i] as number) + (lines[j] as number);
}

function addAverage(lines: Uint8Array, start: number, end: number, above: number, pixelBytes: number): void {
  for (let i = start; i < end; i++) {
    const left = i - pixelBytes >= start ? (lines[i - pixelBytes] as number) : 0;
    const up = above >= 0 ? (lines[above + i - start] as number) : 0;
    lines[i] = (lines[i] as number) + ((left + up) >> 1);
  }
}

function addPaeth(lines: Uint8Array, start: number, end: number, above: number, pixelBytes: number): void {
  for (let i = start; i < end; i++) {
    const hasLeft = i - pixelBytes >= start;
    const left = hasLeft ? (lines[i - pixelBytes] as number) : 0;
    const up = above >= 0 ? (lines[above + i - start] as number) : 0;
    const upLeft = hasLeft && above >= 0 ? (lines[above + i - start - pixelBytes] as number) : 0;
    const toLeft = Math.abs(up - upLeft);
    const toUp = Math.abs(left - upLeft);
    const toUpLeft = Math.abs(left + up - 2 * upLeft);
    const nearest = toLeft <= toUp && toLeft <= toUpLeft ? left : toUp <= toUpLeft ? up : upLeft;
    lines[i] = (lines[i] as number) + nearest;
  }
}
