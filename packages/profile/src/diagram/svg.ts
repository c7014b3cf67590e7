/** A scene as SVG: one file, no script, no font or picture from elsewhere, readable on A4 in colour or in grey. */
import type { DomainId, Scope } from '../model.ts';
import { type Profile, profile } from '../profile.ts';
import {
  architectureScene,
  type BoxKind,
  type DiagramOptions,
  type Rectangle,
  type Scene,
  type SceneBox,
  type SceneLine,
  type SceneRegion,
} from './scene.ts';

const ink = '#1c2430';
const quiet = '#55606e';
const fonts = "'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif";

const tints: Readonly<Record<DomainId, readonly [fill: string, line: string]>> = {
  'utility-enterprise': ['#eaf1fb', '#8fb0dd'],
  'automated-network': ['#e6f4ee', '#86bfa5'],
  'managed-network': ['#f2edf9', '#b49ad6'],
  communications: ['#fdf4e0', '#d9b566'],
  'utility-edge': ['#fcebe8', '#dd9c91'],
  'premise-edge': ['#eff5e2', '#a7c276'],
};

const strokes: Readonly<
  Record<Scope, { readonly colour: string; readonly width: number; readonly dash: string }>
> = {
  inside: { colour: '#17468c', width: 2, dash: '' },
  boundary: { colour: '#a04a00', width: 1.5, dash: '' },
  outside: { colour: '#5c6672', width: 1.4, dash: '5 3' },
};

const boxLooks: Readonly<
  Record<
    BoxKind,
    { readonly fill: string; readonly line: string; readonly round: number; readonly dash: string }
  >
> = {
  component: { fill: '#ffffff', line: '#17468c', round: 4, dash: '' },
  part: { fill: '#ffffff', line: '#17468c', round: 2, dash: '' },
  extension: { fill: '#ffffff', line: '#6b4ba3', round: 4, dash: '4 3' },
  system: { fill: '#f3f4f6', line: '#5c6672', round: 2, dash: '' },
  device: { fill: '#f3f4f6', line: '#5c6672', round: 2, dash: '' },
  person: { fill: '#f3f4f6', line: '#5c6672', round: 12, dash: '' },
  organization: { fill: '#f3f4f6', line: '#5c6672', round: 12, dash: '' },
};

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text as it may stand in XML content and attributes. */
export const escapeXml = (text: string): string => text.replace(/[&<>"]/g, (each) => escapes[each]!);

const dashed = (dash: string): string => (dash === '' ? '' : ` stroke-dasharray="${dash}"`);

function rectangle({ x, y, width, height }: Rectangle, rest: string): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" ${rest}/>`;
}

interface TextStyle {
  readonly size: number;
  readonly colour?: string;
  readonly weight?: 'bold';
  readonly anchor?: 'middle';
  readonly style?: 'italic';
}

function text(x: number, y: number, words: string, look: TextStyle): string {
  const { size, colour = ink, weight, anchor, style } = look;
  const rest = `${weight ? ` font-weight="${weight}"` : ''}${anchor ? ` text-anchor="${anchor}"` : ''}${style ? ` font-style="${style}"` : ''}`;
  return `<text x="${x}" y="${y}" font-size="${size}" fill="${colour}"${rest}>${escapeXml(words)}</text>`;
}

const boxFont = 12;
const boxLeading = 14.5;
/** Mean width of a letter against its height: that of a wide sans-serif, so that text fits in a narrower one too. */
const letterWidth = 0.57;

/** Breaks a name into lines of a width in units, never inside a word. */
export function wrapName(name: string, width: number, size = boxFont): readonly string[] {
  const most = Math.floor(width / (size * letterWidth));
  const lines: string[] = [];
  for (const word of name.replaceAll('/', '/\u200b').split(/[ \u200b]+/)) {
    const last = lines.at(-1);
    const glue = last?.endsWith('/') ? '' : ' ';
    if (last !== undefined && last.length + glue.length + word.length <= most) {
      lines[lines.length - 1] = `${last}${glue}${word}`;
    } else lines.push(word);
  }
  return lines;
}

function boxSvg({ id, name, kind, at }: SceneBox): string {
  const { fill, line, round, dash } = boxLooks[kind];
  const inside = kind === 'component' || kind === 'part';
  const lines = wrapName(name, at.width - 10);
  const top = at.y + at.height / 2 - ((lines.length - 1) * boxLeading) / 2 + boxFont * 0.36;
  const words = lines.map((each, row) =>
    text(at.x + at.width / 2, top + row * boxLeading, each, {
      size: boxFont,
      anchor: 'middle',
      ...(kind === 'component' ? { weight: 'bold' as const } : {}),
    }),
  );
  return [
    `<g id="${escapeXml(`box-${id}`)}"><title>${escapeXml(name)}</title>`,
    rectangle(
      at,
      `rx="${round}" fill="${fill}" stroke="${line}" stroke-width="${inside ? 1.6 : 1.2}"${dashed(dash)}`,
    ),
    ...words,
    '</g>',
  ].join('');
}

function regionSvg({ id, name, at, label, note }: SceneRegion, perspective: string): string {
  const [fill, line] = tints[id];
  const words =
    note === undefined
      ? []
      : wrapName(
          'v0.48 names a management console as its example and draws no component here.',
          note.width,
          11,
        ).map((each, row) =>
          text(note.x + note.width / 2, note.y + 14 + row * 14, each, {
            size: 11,
            colour: quiet,
            anchor: 'middle',
            style: 'italic',
          }),
        );
  return [
    `<g id="region-${perspective}-${id}"><title>${escapeXml(`Security domain ${name}`)}</title>`,
    rectangle(at, `rx="8" fill="${fill}" stroke="${line}" stroke-width="1.2"`),
    text(label.x + 8, label.y + 17, name, { size: 13, weight: 'bold', colour: quiet }),
    ...words,
    '</g>',
  ].join('');
}

const cornerRadius = 6;

/** The path of a line with rounded corners. */
function pathOf(corners: SceneLine['corners']): string {
  const parts = [`M${corners[0]!.x} ${corners[0]!.y}`];
  for (let at = 1; at < corners.length - 1; at++) {
    const [before, here, after] = [corners[at - 1]!, corners[at]!, corners[at + 1]!];
    const toward = (other: { x: number; y: number }) => ({
      x: here.x + Math.sign(other.x - here.x) * cornerRadius,
      y: here.y + Math.sign(other.y - here.y) * cornerRadius,
    });
    const [one, two] = [toward(before), toward(after)];
    parts.push(`L${one.x} ${one.y}Q${here.x} ${here.y} ${two.x} ${two.y}`);
  }
  parts.push(`L${corners.at(-1)!.x} ${corners.at(-1)!.y}`);
  return parts.join('');
}

/** An arrowhead whose tip touches the edge of a box. */
function arrow(tip: { x: number; y: number }, from: { x: number; y: number }, colour: string): string {
  const dx = Math.sign(tip.x - from.x);
  const dy = Math.sign(tip.y - from.y);
  const [x, y] = [tip.x - dx * 8, tip.y - dy * 8];
  return `<path d="M${tip.x} ${tip.y}L${x + dy * 4} ${y + dx * 4}L${x - dy * 4} ${y - dx * 4}Z" fill="${colour}"/>`;
}

function lineSvg(line: SceneLine, nameOf: (id: string) => string): string {
  const { colour, width, dash } = strokes[line.scope];
  const { corners, arrows } = line;
  const path = pathOf(corners);
  const heads = [
    arrows[0] ? arrow(corners[0]!, corners[1]!, colour) : '',
    arrows[1] ? arrow(corners.at(-1)!, corners.at(-2)!, colour) : '',
  ];
  return [
    `<g id="line-${line.id}"><title>${escapeXml(`Line ${line.id}: ${line.ends.map(nameOf).join(' – ')}`)}</title>`,
    `<path d="${path}" fill="none" stroke="#ffffff" stroke-opacity="0.85" stroke-width="${width + 4}"/>`,
    `<path d="${path}" fill="none" stroke="${colour}" stroke-width="${width}"${dashed(dash)}/>`,
    ...heads,
    '</g>',
  ].join('');
}

function badgeSvg({ id, scope, badge }: SceneLine): string {
  const { colour } = strokes[scope];
  return [
    `<g id="badge-${id}">`,
    rectangle(badge, `rx="4" fill="#ffffff" stroke="${colour}" stroke-width="1.2"`),
    text(badge.x + badge.width / 2, badge.y + badge.height / 2 + 4.1, id, {
      size: 11.5,
      weight: 'bold',
      anchor: 'middle',
    }),
    '</g>',
  ].join('');
}

interface Sample {
  readonly words: string;
  readonly draw: (x: number, y: number) => string;
}

const boxSample = (kind: BoxKind, words: string): Sample => ({
  words,
  draw: (x, y) => {
    const { fill, line, round, dash } = boxLooks[kind];
    return rectangle(
      { x, y: y - 8, width: 34, height: 16 },
      `rx="${Math.min(round, 8)}" fill="${fill}" stroke="${line}" stroke-width="1.4"${dashed(dash)}`,
    );
  },
});

const lineSample = (scope: Scope, words: string): Sample => ({
  words,
  draw: (x, y) => {
    const { colour, width, dash } = strokes[scope];
    return `<path d="M${x} ${y}H${x + 34}" stroke="${colour}" stroke-width="${width}"${dashed(dash)}/>`;
  },
});

const arrowSample: Sample = {
  words: 'an arrowhead: messages flow that way; none: v0.48 lists none',
  draw: (x, y) => {
    const { colour } = strokes.inside;
    return `<path d="M${x} ${y}H${x + 28}" stroke="${colour}" stroke-width="2"/>${arrow({ x: x + 34, y }, { x, y }, colour)}`;
  },
};

function samples(scene: Scene): readonly Sample[] {
  const shows = (kind: BoxKind) => scene.boxes.some((box) => box.kind === kind);
  return [
    boxSample('component', 'component of the AMI system (4.3)'),
    ...(shows('extension') ? [boxSample('extension', 'extension of ours; its lines are not drawn')] : []),
    ...(scene.perspective === 'full'
      ? [
          boxSample('system', 'system or device outside the scope (4.2)'),
          boxSample('person', 'person or organization outside the scope'),
        ]
      : []),
    lineSample('inside', 'line between components'),
    ...(scene.perspective === 'full'
      ? [
          lineSample('boundary', 'line between a component and an actor'),
          lineSample('outside', 'line between actors, outside the scope'),
        ]
      : []),
    arrowSample,
  ];
}

const legendFont = 11.5;

/** Columns of samples, filled downwards. */
function legendSvg(scene: Scene, at: Rectangle, rows: number, columnWidth: number): string {
  return samples(scene)
    .map(({ words, draw }, index) => {
      const x = at.x + 14 + Math.floor(index / rows) * columnWidth;
      const y = at.y + 20 + (index % rows) * 22;
      return `${draw(x, y)}${text(x + 44, y + 4, words, { size: legendFont })}`;
    })
    .join('');
}

/** The lines by number with their ends, where there are few enough to list. */
function lineList(scene: Scene, nameOf: (id: string) => string, at: Rectangle): string {
  const rows = 7;
  const columnWidth = 430;
  return scene.lines
    .map((line, index) => {
      const x = at.x + 14 + Math.floor(index / rows) * columnWidth;
      const y = at.y + 20 + (index % rows) * 20;
      const words = line.ends.map(nameOf).join(' – ');
      return `${text(x, y, line.id, { size: legendFont, weight: 'bold' })}${text(x + 26, y, words, { size: legendFont })}`;
    })
    .join('');
}

const sentences: Readonly<Record<Scene['perspective'], string>> = {
  internal: 'the components in scope and the lines between them',
  full: 'the components in scope, the actors outside, and every line',
};

/**
 * The logical architecture (4.1 to 4.4 and Appendix B) as an SVG document: security domains as regions, components and
 * actors as boxes, each line with its number. The same data give the same text.
 */
export function architectureDiagram(options: DiagramOptions, from: Profile = profile()): string {
  const scene = architectureScene(options, from);
  const names = new Map<string, string>(
    [...from.components, ...from.actors].map(({ id, name }) => [id, name.replace(/^.*\((.*)\)$/, '$1')]),
  );
  const nameOf = (id: string) => names.get(id) ?? id;
  const { width, height, whole, legend } = scene;
  const title = `AMI logical architecture, ${scene.perspective} perspective`;
  const description = `${scene.boxes.length} boxes in ${scene.regions.length} security domains and ${scene.lines.length} numbered lines: ${sentences[scene.perspective]}. ${scene.lines.map((line) => `Line ${line.id} joins ${line.ends.map(nameOf).join(' and ')}.`).join(' ')}`;
  const listWidth = scene.perspective === 'internal' ? 880 : 0;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title desc" font-family="${escapeXml(fonts)}">`,
    `<title id="title">${escapeXml(title)}</title>`,
    `<desc id="desc">${escapeXml(description)}</desc>`,
    rectangle({ x: 0, y: 0, width, height }, 'fill="#ffffff"'),
    text(12, 30, title, { size: 21, weight: 'bold' }),
    text(12, 50, `${from.title} v${from.version}: ${sentences[scene.perspective]}`, {
      size: 12.5,
      colour: quiet,
    }),
    ...scene.regions.map((region) => regionSvg(region, scene.perspective)),
    `<g id="box-meter"><title>${whole.name}</title>`,
    rectangle(
      { x: whole.tab.x - 4, y: whole.tab.y + 1, width: whole.tab.width, height: whole.tab.height + 6 },
      'rx="4" fill="#17468c"',
    ),
    rectangle(whole.at, 'rx="5" fill="#17468c"'),
    text(whole.tab.x + 4, whole.tab.y + 14, whole.name, { size: 12, weight: 'bold', colour: '#ffffff' }),
    '</g>',
    ...scene.lines.map((line) => lineSvg(line, nameOf)),
    ...scene.boxes.map(boxSvg),
    ...scene.lines.map(badgeSvg),
    rectangle(legend, 'rx="6" fill="#ffffff" stroke="#c3cad3" stroke-width="1"'),
    listWidth > 0 ? lineList(scene, nameOf, legend) : '',
    listWidth > 0
      ? legendSvg(scene, { ...legend, x: legend.x + listWidth }, 7, 360)
      : legendSvg(scene, legend, 3, 420),
    '</svg>',
  ].join('\n')}\n`;
}
