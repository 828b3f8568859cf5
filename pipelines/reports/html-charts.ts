import { parse, type Spec, View } from "vega";
import { escapeHtml } from "./html-text.ts";

/** One bar of a chart, or one part of it. */
export interface Bar {
  /** The place on the axis of kinds or weeks. */
  readonly at: string;
  /** Which part of the bar; also picks the colour. */
  readonly part: string;
  readonly value: number;
}

export interface Chart {
  readonly bars: readonly Bar[];
  /** The places in order. */
  readonly places: readonly string[];
  /** The parts in order, each with the name of its colour (a custom property of the page's style). */
  readonly parts: readonly (readonly [part: string, color: string])[];
  /** What a reader who cannot see the chart is told. */
  readonly alternative: string;
  /** Texts at the ends of the bars, by place (lying bars only). */
  readonly ends?: Readonly<Record<string, string>>;
}

const TEXT = 12;
const WIDTH = 400;

/** Lying bars, one a place, with a text at the end of each. */
export function horizontalBars(chart: Chart): Promise<string> {
  const ends = chart.places.map((at) => ({
    at,
    text: chart.ends?.[at] ?? "",
    value: chart.bars.filter((bar) => bar.at === at).reduce((sum, { value }) => sum + value, 0),
  }));
  const longest = Math.max(...ends.map(({ text }) => text.length), 1);
  return draw(chart, {
    width: 280,
    height: 28 * chart.places.length,
    data: [...barData(chart), { name: "ends", values: ends }],
    scales: [
      { name: "place", type: "band", domain: [...chart.places], range: "height", padding: 0.25 },
      { name: "value", domain: [0, Math.max(1, ...ends.map(({ value }) => value))], range: [0, 270 - longest * 6.6] },
      colors(chart),
    ],
    axes: [{ orient: "left", scale: "place", domain: false, ticks: false, labelPadding: 6 }],
    marks: [
      rects({ y: { scale: "place", field: "at" }, height: { scale: "place", band: 1 } }, "x"),
      {
        type: "text",
        from: { data: "ends" },
        encode: {
          enter: {
            x: { scale: "value", field: "value", offset: 5 },
            y: { scale: "place", field: "at", band: 0.5 },
            baseline: { value: "middle" },
            text: { field: "text" },
            fontSize: { value: TEXT },
            fill: { value: "currentColor" },
          },
        },
      },
    ],
  });
}

/** Standing bars, one a place, their parts on top of each other. */
export function verticalBars(chart: Chart, valueTitle: string): Promise<string> {
  const totals = chart.places.map((at) =>
    chart.bars.filter((bar) => bar.at === at).reduce((sum, { value }) => sum + value, 0),
  );
  return draw(chart, {
    width: WIDTH - 50,
    height: 190,
    data: barData(chart),
    scales: [
      { name: "place", type: "band", domain: [...chart.places], range: "width", padding: 0.15 },
      { name: "value", domain: [0, Math.max(1, ...totals)], range: "height", nice: true },
      colors(chart),
    ],
    axes: [
      { orient: "bottom", scale: "place", labelOverlap: "greedy", labelSeparation: 8, tickSize: 3 },
      {
        orient: "left",
        scale: "value",
        grid: true,
        tickCount: 4,
        tickMinStep: 1,
        format: ",d",
        domain: false,
        ticks: false,
        title: valueTitle,
      },
    ],
    marks: [rects({ x: { scale: "place", field: "at" }, width: { scale: "place", band: 1 } }, "y")],
  });
}

function barData({ bars, parts }: Chart): NonNullable<Spec["data"]> {
  const order = new Map(parts.map(([part], i) => [part, i]));
  const values = bars.filter(({ value }) => value > 0).map((bar) => ({ ...bar, order: order.get(bar.part) ?? 0 }));
  const stack = { type: "stack" as const, groupby: ["at"], sort: { field: "order" }, field: "value" };
  return [{ name: "bars", values, transform: [stack] }];
}

function colors({ parts }: Chart) {
  return {
    name: "color",
    type: "ordinal" as const,
    domain: parts.map(([part]) => part),
    range: parts.map(([, color]) => `var(--${color})`),
  };
}

function rects(place: Record<string, object>, along: "x" | "y") {
  return {
    type: "rect" as const,
    from: { data: "bars" },
    encode: {
      enter: {
        ...place,
        [along]: { scale: "value", field: "y0" },
        [`${along}2`]: { scale: "value", field: "y1" },
        fill: { scale: "color", field: "part" },
      },
    },
  };
}

/** Colours and fonts are left to the page's style, so that one drawing serves light, dark and paper. */
async function draw({ alternative }: Chart, spec: Spec): Promise<string> {
  const axis = {
    labelColor: "currentColor",
    titleColor: "currentColor",
    titleFontWeight: "normal" as const,
    titleFontSize: TEXT,
    labelFontSize: TEXT,
    labelFont: "inherit",
    titleFont: "inherit",
    domainColor: "var(--line)",
    gridColor: "var(--line)",
    tickColor: "var(--line)",
    labelLimit: 200,
    aria: false,
  };
  const view = new View(parse({ padding: 4, autosize: "pad", ...spec, config: { axis, text: { font: "inherit" } } }), {
    renderer: "none",
  });
  const svg = await view.toSVG();
  view.finalize();
  return svg.replace(/<svg [^>]*viewBox="([^"]*)"[^>]*>/, (_, box: string) => svgTag(box, alternative));
}

function svgTag(box: string, alternative: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box}" role="img" aria-label="${escapeHtml(alternative)}">`;
}
