/** The logical architecture as a drawing, from the data. */
export type { DiagramOptions, Perspective } from './scene.ts';
export { architectureDiagram } from './svg.ts';
