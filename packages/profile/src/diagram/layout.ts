/**
 * Data table: where things stand in the drawings of the logical architecture, in cells of the lattice on which lines
 * run. Placed by hand; lines, badges and text are computed. The parts of an AMI Meter stand side by side, each in the
 * region of its own domain.
 */
import type { DomainId, MeterPartId } from '../model.ts';

/** First column and row, width and height, in cells. */
export type Cells = readonly [column: number, row: number, width: number, height: number];

export interface Layout {
  readonly columns: number;
  readonly rows: number;
  readonly regions: Readonly<Record<DomainId, Cells>>;
  /** By component, part of a meter, or actor. */
  readonly boxes: Readonly<Record<string, Cells>>;
  /** Extension components, drawn when asked for. */
  readonly extensionBoxes: Readonly<Record<string, Cells>>;
  readonly legend: Cells;
}

type Placed = Readonly<Record<MeterPartId, Cells>> & Readonly<Record<string, Cells>>;

const internalBoxes: Placed = {
  forecasting: [2, 6, 8, 3],
  'meter-management': [2, 13, 8, 4],
  mdms: [2, 21, 8, 4],
  draacs: [2, 29, 8, 4],
  'grid-control': [13, 30, 8, 3],
  'network-management': [25, 6, 8, 3],
  'head-end': [25, 13, 8, 5],
  collector: [38, 8, 7, 3],
  'field-tool': [48, 8, 6, 3],
  'non-electric-meter': [48, 15, 6, 3],
  'third-party-meter': [57, 15, 7, 3],
  'meter.fan': [41, 24, 6, 4],
  'meter.metrology': [47, 24, 8, 4],
  'meter.han': [55, 24, 6, 4],
};

const internal: Layout = {
  columns: 67,
  rows: 47,
  regions: {
    'utility-enterprise': [1, 4, 21, 32],
    'automated-network': [23, 4, 13, 17],
    'managed-network': [23, 22, 13, 14],
    communications: [37, 4, 10, 32],
    'utility-edge': [47, 4, 8, 32],
    'premise-edge': [55, 4, 11, 32],
  },
  boxes: internalBoxes,
  extensionBoxes: {
    gateway: [13, 6, 8, 3],
    'log-management': [24, 24, 11, 2],
    trust: [24, 27, 5, 2],
    access: [30, 27, 5, 2],
    console: [24, 30, 5, 2],
    witness: [30, 30, 5, 2],
    'switching-authority': [24, 33, 5, 2],
    governor: [30, 33, 5, 2],
  },
  legend: [1, 38, 65, 8],
};

const fullBoxes: Placed = {
  forecasting: [16, 13, 7, 3],
  'meter-management': [28, 13, 8, 5],
  mdms: [26, 25, 8, 5],
  draacs: [17, 35, 8, 3],
  'grid-control': [29, 35, 7, 3],
  'network-management': [41, 13, 8, 3],
  'head-end': [41, 21, 8, 6],
  collector: [53, 20, 6, 3],
  'field-tool': [60, 14, 6, 3],
  'non-electric-meter': [60, 21, 6, 3],
  'third-party-meter': [67, 21, 6, 3],
  'meter.fan': [55, 29, 5, 3],
  'meter.metrology': [60, 29, 7, 3],
  'meter.han': [67, 29, 5, 3],
  technicians: [1, 4, 7, 3],
  warehouse: [11, 4, 6, 3],
  vendor: [20, 4, 5, 3],
  'enterprise-asset-management': [27, 4, 7, 3],
  'workforce-management-system': [37, 4, 7, 3],
  'outage-management-system': [46, 4, 7, 3],
  'telecom-control-center': [55, 4, 6, 3],
  'field-person': [66, 4, 6, 3],
  'distribution-maintenance-planning': [1, 10, 9, 3],
  'construction-maintenance-account': [1, 16, 9, 3],
  cis: [1, 23, 8, 5],
  'dg-evaluation-team': [1, 32, 7, 3],
  'data-retriever': [1, 38, 7, 3],
  'third-party-organization': [1, 44, 7, 3],
  'third-party-data-portal': [12, 44, 7, 3],
  'non-electric-utility': [22, 44, 7, 3],
  'distribution-automation-node': [32, 44, 7, 3],
  'distribution-management-system': [41, 44, 7, 3],
  'head-end-operator': [50, 38, 7, 3],
  'customer-representative': [50, 44, 7, 3],
  customer: [67, 44, 7, 3],
  'utility-website': [59, 44, 5, 3],
  'han-display-device': [67, 37, 6, 3],
  'load-control-device': [59, 37, 6, 3],
};

const full: Layout = {
  columns: 75,
  rows: 53,
  regions: {
    'utility-enterprise': [15, 10, 22, 31],
    'automated-network': [39, 10, 12, 20],
    'managed-network': [39, 31, 10, 10],
    communications: [52, 10, 8, 24],
    'utility-edge': [60, 10, 7, 24],
    'premise-edge': [67, 10, 7, 24],
  },
  boxes: fullBoxes,
  extensionBoxes: {},
  legend: [1, 49, 73, 4],
};

export const layouts = { internal, full } as const;
