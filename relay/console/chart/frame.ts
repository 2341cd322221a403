import type { Scale } from './scale.ts';

/** Of the drawing and of the room around it for the axes, px. */
export const HEIGHT = 168;
export const [LEFT, RIGHT, TOP, BOTTOM] = [46, 6, 8, 22];
/** Where values and times stand. */
export interface Frame {
  x: Scale;
  y: Scale;
  width: number;
  step: number;
}
