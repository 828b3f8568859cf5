import { parse, type Spec, View } from "vega";
import { escapeHtml, figureText } from "./html-text.ts";
import { labelOf } from "./labels.ts";

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
  /** Places whose time is not over; drawn pale. */
  readonly unfinished?: ReadonlySet<string>;
}

const TEXT = 12;
const WIDTH = 380;

/** Lying bars, one a place, with its value at the end of each. */
export function horizontalBars(chart: Chart): Promise<string> {
  const ends = endsOf(chart, (value) => figureText("", value, ""));
  const longest = Math.max(...ends.map(({ text }) => text.length), 1);
  return draw(chart, {
    width: WIDTH - 110,
    height: 18 * chart.places.length,
    data: [...barData(chart), { name: "ends", values: ends }],
    scales: [
      { name: "place", type: "band", domain: [...chart.places], range: "height", padding: 0.2 },
      { name: "value", domain: [0, largest(ends)], range: [0, WIDTH - 120 - longest * 6.6] },
      colors(chart),
    ],
    axes: [{ orient: "left", scale: "place", domain: false, ticks: false, labelPadding: 6 }],
    marks: [
      rects({ y: { scale: "place", field: "at" }, height: { scale: "place", band: 1 } }, "x"),
      texts({
        x: { scale: "value", field: "value", offset: 5 },
        y: { scale: "place", field: "at", band: 0.5 },
        baseline: { value: "middle" },
      }),
    ],
  });
}

/** Standing bars, one a place, their parts on top of each other, with the sum above each; a place's words go below one another. */
export function verticalBars(chart: Chart): Promise<string> {
  const ends = endsOf(chart, (value) => (value < 1000 ? String(value) : short.format(value)));
  return draw(chart, {
    width: WIDTH,
    height: 118,
    data: [...barData(chart), { name: "ends", values: ends }],
    scales: [
      { name: "place", type: "band", domain: [...chart.places], range: "width", padding: 0.15 },
      { name: "value", domain: [0, largest(ends)], range: [118, 16] },
      colors(chart),
    ],
    axes: [
      {
        orient: "bottom",
        scale: "place",
        ticks: false,
        labelPadding: 5,
        encode: { labels: { update: { text: { signal: "split(datum.label, ' ')" } } } },
      },
    ],
    marks: [
      rects({ x: { scale: "place", field: "at" }, width: { scale: "place", band: 1 } }, "y"),
      texts({
        x: { scale: "place", field: "at", band: 0.5 },
        y: { scale: "value", field: "value", offset: -4 },
        align: { value: "center" },
      }),
    ],
  });
}

/** Short enough for a narrow bar: `4.9K`, `38K`. */
const short = new Intl.NumberFormat("en-US", { notation: "compact", maximumSignificantDigits: 2 });

function endsOf({ bars, places }: Chart, textOf: (value: number) => string) {
  return places.map((at) => {
    const value = bars.filter((bar) => bar.at === at).reduce((sum, bar) => sum + bar.value, 0);
    return { at, value, text: textOf(value) };
  });
}

const largest = (ends: readonly { readonly value: number }[]) => Math.max(1, ...ends.map(({ value }) => value));

function barData({ bars, parts, unfinished }: Chart): NonNullable<Spec["data"]> {
  const order = new Map(parts.map(([part], i) => [part, i]));
  const values = bars
    .filter(({ value }) => value > 0)
    .map((bar) => ({
      ...bar,
      order: order.get(bar.part) ?? 0,
      opacity: unfinished?.has(bar.at) ? 0.5 : 1,
      told: `${bar.at}${bar.part === bar.at ? "" : `, ${labelOf(bar.part)}`}: ${bar.value}${unfinished?.has(bar.at) ? " (not a whole week)" : ""}`,
    }));
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
        opacity: { field: "opacity" },
        description: { field: "told" },
      },
    },
  };
}

function texts(place: Record<string, object>) {
  const look = { text: { field: "text" }, fontSize: { value: TEXT }, fill: { value: "currentColor" } };
  return { type: "text" as const, from: { data: "ends" }, encode: { enter: { ...place, ...look } } };
}

/** Colours and fonts are left to the page's style, so that one drawing serves light, dark and paper. */
async function draw({ alternative }: Chart, spec: Spec): Promise<string> {
  const axis = {
    labelColor: "currentColor",
    labelFontSize: TEXT,
    labelFont: "inherit",
    domainColor: "var(--line)",
    labelLimit: 200,
    aria: false,
  };
  const view = new View(parse({ padding: 4, autosize: "pad", ...spec, config: { axis, text: { font: "inherit" } } }), {
    renderer: "none",
  });
  const svg = await view.toSVG();
  view.finalize();
  return svg
    .replace(/<svg [^>]*viewBox="([^"]*)"[^>]*>/, (_, box: string) => svgTag(box, alternative))
    .replace(
      /<path aria-label="([^"]*)" role="[^"]*" aria-roledescription="[^"]*" ([^>]*)\/>/g,
      "<path $2><title>$1</title></path>",
    )
    .replaceAll(/ (?:role="graphics-\w+" aria-roledescription="[^"]*"|pointer-events="none")/g, "");
}

function svgTag(box: string, alternative: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box}" role="img" aria-label="${escapeHtml(alternative)}">`;
}
