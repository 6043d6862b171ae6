// SPDX-License-Identifier: Apache-2.0
/**
 * The light and the dark colours of the heat map, in the page and in a file of its own. Without variables, which some SVG viewers do not
 * support. One blue for the times and vermilion for failed cells are distinguishable with red-green colour blindness.
 */

interface Look {
  readonly property: 'fill' | 'stroke';
  readonly light: string;
  readonly dark: string;
}

const fill = (light: string, dark: string): Look => ({ property: 'fill', light, dark });
const stroke = (light: string, dark: string): Look => ({ property: 'stroke', light, dark });

const SHEET = ['#ffffff', '#15191e'] as const;
const TEXT = ['#1c2127', '#e6e9ec'] as const;
const FAINT = ['#56606b', '#a3adb7'] as const;

const LOOKS: Readonly<Record<string, Look>> = {
  sheet: fill(...SHEET),
  text: fill(...TEXT),
  name: fill(...FAINT),
  'level-0': stroke('#e3edf8', '#1a2f4a'),
  'level-1': stroke('#c9ddf2', '#1f3f66'),
  'level-2': stroke('#a6c8ea', '#265284'),
  'level-3': stroke('#7db0e0', '#2f68a6'),
  'level-4': stroke('#5495d3', '#4281c6'),
  'level-5': stroke('#3178bf', '#66a0e0'),
  'level-6': stroke('#165ba3', '#93c0f2'),
  'level-7': stroke('#083b7a', '#c6e0ff'),
  failed: stroke('#d9480f', '#ff8557'),
  self: stroke(...FAINT),
  hatch: stroke(...FAINT),
  lines: stroke(...SHEET),
  cross: stroke(...SHEET),
  over: stroke(...TEXT),
};

/** Widths are in cells. */
const SHAPES = `
.heat-map text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",Arial,sans-serif}
.heat-map path:not(.hatched){fill:none}
.heat-map .suspect{font-weight:700}
.heat-map .self{stroke-width:.2;stroke-linecap:round}
.heat-map .hatch{stroke-width:.1}
.heat-map .lines{stroke-width:.08}
`;

function rules(scheme: 'light' | 'dark'): string {
  return Object.entries(LOOKS)
    .map(([kind, look]) => `.heat-map .${kind}{${look.property}:${look[scheme]}}`)
    .join('\n');
}

export const HEAT_MAP_STYLE = `${SHAPES}${rules('light')}\n@media screen and (prefers-color-scheme:dark){\n${rules('dark')}\n}\n`;
